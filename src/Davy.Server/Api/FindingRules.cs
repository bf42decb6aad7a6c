using Davy.Server.Api.Requests;
using Google.Api;
using Google.Cloud.SecurityCenter.V2;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Davy.Server.Api;

/// <summary>What a sender may say of a finding, and what only the server says. https://google.aip.dev/203</summary>
static class FindingRules
{
    const int MostProperties = 1_000;

    /// <summary>Beside what the proto file marks as output only: what the documentation says is ignored, and muting, which has methods of its own.</summary>
    static readonly string[] OfTheServer =
        ["name", "parent", "canonical_name", "mute", "mute_initiator", "toxic_combination", "group_memberships", "chokepoint"];

    static readonly string[] Immutable = ["resource_name", "category"];

    static readonly FieldDescriptor[] Mutable = [.. Finding.Descriptor.Fields.InDeclarationOrder()
        .Where(field => !OfTheServer.Contains(field.Name) && !Immutable.Contains(field.Name) && !IsOutputOnly(field))];

    /// <summary>Checks a finding that is new.</summary>
    /// <param name="finding">The finding.</param>
    /// <exception cref="Grpc.Core.RpcException">A field is wrong.</exception>
    public static void Check(Finding finding)
    {
        if (finding.SourceProperties.Count > MostProperties) throw Faults.Invalid("finding.source_properties", "OUT_OF_RANGE", $"there are more than {MostProperties}.");
        foreach (var (key, value) in finding.SourceProperties)
        {
            // The documentation allows no hyphen; Google's service does, and clients such as Cloud Custodian send it.
            if (key.Length is 0 or > 255 || !char.IsAsciiLetter(key[0]) || key.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-')))
            {
                throw Faults.Invalid("finding.source_properties", "INVALID_KEY", "a key has 1 to 255 letters, digits, underscores and hyphens, and begins with a letter.");
            }

            if (!IsFinite(value)) throw Faults.Invalid($"finding.source_properties.{key}", "NO_JSON_FORM", "a number in it is infinite or none.");
        }
    }

    /// <summary>Checks an update.</summary>
    /// <param name="mask">What is to be changed.</param>
    /// <param name="finding">The new values.</param>
    /// <exception cref="Grpc.Core.RpcException">A field is wrong.</exception>
    public static void Check(UpdateMask mask, Finding finding)
    {
        if (mask.Names("mute") || mask.Names("mute_initiator")) throw Faults.Invalid("update_mask", "IMMUTABLE", "'mute' is changed by SetMute and by mute rules.");
        Check(finding);
    }

    /// <summary>A new finding without what only the server says. Its state stays: a finding may be brought in closed.</summary>
    /// <param name="finding">The finding, as it was sent.</param>
    public static Finding Provided(Finding finding)
    {
        var provided = finding.Clone();
        foreach (var field in Finding.Descriptor.Fields.InDeclarationOrder())
        {
            if (IsOutputOnly(field) && field.Name is not ("state" or "contacts")) field.Accessor.Clear(provided);
        }

        return provided;
    }

    /// <summary>The finding after an update: the fields of the mask, or all that can be changed. What only the server says stays, named or not.</summary>
    /// <param name="kept">The finding, as it is kept.</param>
    /// <param name="sent">The new values.</param>
    /// <param name="mask">What is to be changed.</param>
    /// <exception cref="Grpc.Core.RpcException">A field that cannot be changed would be.</exception>
    public static Finding Changed(Finding kept, Finding sent, UpdateMask mask)
    {
        foreach (var name in Immutable)
        {
            var field = Finding.Descriptor.FindFieldByName(name);
            var (before, after) = ((string)field.Accessor.GetValue(kept), (string)field.Accessor.GetValue(sent));
            if ((mask.Names(name) || (mask.IsEmpty && after.Length > 0)) && before != after) throw Faults.Invalid($"finding.{name}", "IMMUTABLE", $"it is '{before}' and cannot be changed.");
        }

        var changed = kept.Clone();
        if (mask.IsEmpty)
        {
            foreach (var field in Mutable) UpdateMask.CopyField(sent, changed, field);
            var unknown = sent.Clone();
            UnknownFields.KeepOnly(unknown);
            changed.MergeFrom(unknown);
        }
        else
        {
            mask.Copy(sent, changed);

            // A mask may name what only the server says; that is no error, and changes nothing.
            foreach (var field in Finding.Descriptor.Fields.InDeclarationOrder().Where(field => mask.Names(field.Name) && !Mutable.Contains(field))) UpdateMask.CopyField(kept, changed, field);
        }

        return changed;
    }

    static bool IsFinite(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.NumberValue => double.IsFinite(value.NumberValue),
        Value.KindOneofCase.ListValue => value.ListValue.Values.All(IsFinite),
        Value.KindOneofCase.StructValue => value.StructValue.Fields.Values.All(IsFinite),
        _ => true,
    };

    static bool IsOutputOnly(FieldDescriptor field) => field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior)?.Contains(FieldBehavior.OutputOnly) == true;
}
