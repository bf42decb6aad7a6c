using Davy.Responses;
using Davy.Tests.Fakes;

namespace Davy.Tests.Responses;

/// <summary>Watches the calls of one response, has somebody else meddle at one of them, or kills us there.</summary>
sealed class CallWatch(FakeCloudRun fake, string name, int killAt, int meddleAt, Func<string> meddle)
{
    readonly int _changes = fake.Changes.Count;
    int _calls = -1;
    int _lastRead = -1;
    string _written = "";

    /// <summary>How many calls went out that change something, rehearsals among them.</summary>
    public int Mutating { get; private set; }

    /// <summary>How many were accepted and changed something.</summary>
    public int Accepted => fake.Changes.Count - _changes;

    /// <summary>Whether somebody else did something.</summary>
    public bool HasMeddled { get; private set; }

    /// <summary>Whether we were killed.</summary>
    public bool IsKilled { get; private set; }

    /// <summary>How it ended; null where it was refused or broke off.</summary>
    public ResponseOutcome? Outcome { get; set; }

    /// <summary>What must not be: a call that was accepted on a state that others had changed; empty for nothing.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>The records that were there before.</summary>
    public HashSet<string> Records { get; init; } = [];

    /// <summary>Begins to watch.</summary>
    public void Begin()
    {
        var accepted = 0;
        fake.Before = request =>
        {
            _calls++;
            accepted = Accepted;
            if (_calls == meddleAt)
            {
                HasMeddled = true;
                _written = meddle();
            }

            if (request.Method == "GET" && request.Path == $"/v2/{name}") _lastRead = _calls;
            if (request.Method != "GET") Mutating++;
            if (_calls == killAt && killAt % 2 == 0) Kill();
            return null;
        };
        fake.After = request =>
        {
            if (Accepted > accepted && HasMeddled) Check(request);
            if (_calls == killAt && killAt % 2 == 1) Kill();
            return null;
        };
    }

    /// <summary>Ends it.</summary>
    public void End() => (fake.Before, fake.After) = (_ => null, _ => null);

    /// <summary>A call on what others wrote, or any call after the workload was read as others left it.</summary>
    void Check(FakeRequest request)
    {
        var target = request.Path[4..].Split(':')[0] + (request.Path.EndsWith(":setIamPolicy", StringComparison.Ordinal) ? ":policy" : "");
        if (_written != "" && (target == _written || (_written == name && _lastRead >= meddleAt))) Fault = $"{request.Method} {request.Path} was sent and accepted, though others had written {_written}";
    }

    void Kill()
    {
        IsKilled = true;
        throw new KilledException();
    }
}
