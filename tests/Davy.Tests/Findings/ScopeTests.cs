using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Storage;

namespace Davy.Tests.Findings;

/// <summary>A list below a node has the findings whose own resource is below it, and no others, whatever else is kept of their project.</summary>
public abstract class ScopeTests(DatabaseKind kind) : KeptFindingsTests(kind)
{
    FindingLists Lists => new(Database);

    Task<MergedFinding> Keep(string id, string folder, string organization = "organizations/1", string source = SomeKept.SourceId)
    {
        var resource = SomeKept.Resource("100");
        (resource["gcpMetadata"]!["folders"]![0]!["resourceFolder"], resource["gcpMetadata"]!["organization"]) = (folder, organization);
        var found = SomeKept.New(id);
        return Store.MergeAsync(new(found.Name with { SourceId = source }, found.Content with { Resource = resource.ToJsonString() }), Cancel);
    }

    async Task<string> Below(string node)
    {
        var findings = (await Lists.ListAsync(new() { Node = node }, Cancel)).Findings;
        Assert.Equal(findings.Count, await Lists.CountAsync(new() { Node = node }, Cancel));
        return string.Join(' ', findings.Select(finding => finding.Name.FindingId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AFindingLeavesTheFolderThatItsProjectLeft()
    {
        await Keep("moved", "folders/111");
        await Keep("left", "folders/111");
        Assert.Equal("left moved", await Below("folders/111"));

        await Keep("moved", "//cloudresourcemanager.googleapis.com/folders/222");

        Assert.Equal("left", await Below("folders/111"));
        Assert.Equal("moved", await Below("folders/222"));
        Assert.Equal("left moved", await Below("projects/100"));
        Assert.Equal("left moved", await Below("organizations/1"));
    }

    [Fact]
    public async Task AProjectsNameInTwoOrganisationsMixesThemNeitherInListsNorInBulkMutes()
    {
        SourceStore sources = new(Database, Time);
        await sources.EnsureAsync(new() { SourceId = "s1001", Parent = "organizations/1001", DisplayName = "a" }, Cancel);
        await sources.EnsureAsync(new() { SourceId = "s1002", Parent = "organizations/1002", DisplayName = "b" }, Cancel);
        await Keep("a", "folders/1", "organizations/1001", "s1001");
        await Keep("b", "folders/2", "organizations/1002", "s1002");
        Assert.Equal("b", await Below("organizations/1002"));

        BulkMute mutes = new(Database, SomeKept.ReadFilter, Time);
        await mutes.StartAsync("organizations/1002", "", "MUTED", "alice@example.com", Cancel);
        while (await mutes.StepAsync(Cancel))
        {
        }

        var muted = (await Lists.ListAsync(new() { Filter = SomeKept.ReadFilter("mute=MUTED").Sql }, Cancel)).Findings;
        Assert.Equal("b", Assert.Single(muted).Name.FindingId);
    }

    [Fact]
    public async Task WhatAnEarlierProgramKeptIsListedWhereItStands()
    {
        await Keep("a", "folders/111");
        await Keep("b", "//cloudresourcemanager.googleapis.com/folders/222", "organizations/2");
        await Keep("c", "folders/222", "//cloudresourcemanager.googleapis.com/organizations/2");
        JsonObject path = new() { ["resourcePath"] = new JsonObject { ["nodes"] = new JsonArray(new JsonObject { ["id"] = "folders/333" }, "no object") } };
        await Store.MergeAsync(new(SomeKept.Name("d"), SomeKept.New("d").Content with { Resource = path.ToJsonString() }), Cancel);
        await Store.MergeAsync(new(SomeKept.Name("e"), SomeKept.New("e").Content with { Resource = """{"gcpMetadata": {"folders": "none"}, "resourcePath": 7}""" }), Cancel);

        // As the form before had it: the lowest node was the scope, and all nodes were above it that any of its findings ever had.
        await Made.ExecuteAsync("""
            CREATE TABLE old AS SELECT DISTINCT substr(scope, 1, instr(scope, ' ') - 1) AS scope, node FROM ancestors;
            DELETE FROM ancestors;
            INSERT INTO ancestors (scope, node) SELECT scope, node FROM old;
            DROP TABLE old;
            UPDATE findings SET scope = substr(scope, 1, instr(scope, ' ') - 1);
            DROP TABLE inspection_uses;
            DROP TABLE inspections;
            DROP TABLE response_lines;
            DROP TABLE resource_findings;
            DROP INDEX deployments_deletions;
            ALTER TABLE deployments DROP COLUMN deletes;
            DELETE FROM migrations WHERE number >= 6;
            """, Cancel);
        Assert.Equal("a b c", await Below("folders/111"));
        Assert.True(await Migrations.RunAsync(Database, Time, Cancel) > 0);

        Assert.Equal("a", await Below("folders/111"));
        Assert.Equal("b c", await Below("folders/222"));
        Assert.Equal("b c", await Below("organizations/2"));
        Assert.Equal("d", await Below("folders/333"));
        Assert.Equal("a b c", await Below("projects/100"));
        Assert.Equal("a b c", await Below("projects/project-100"));
        Assert.Equal("a b c d e", await Below("organizations/1"));

        await Keep("b", "folders/111", "organizations/2");
        Assert.Equal("a b", await Below("folders/111"));
        Assert.Equal("c", await Below("folders/222"));
    }

    public sealed class OnSqlite() : ScopeTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : ScopeTests(DatabaseKind.PostgreSql);
}
