using System.Numerics;
using System.Runtime.InteropServices;
using Davy.CloudRun;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>
/// Identities within one run, as 128 bits of SipHash-2-4 (https://github.com/veorq/SipHash, <c>siphash.c</c>, its output of 16 bytes): made for short texts of an adversary, and a tenth of the
/// cost of <see cref="EvidenceKey"/>, which is for what is kept or shown.
/// </summary>
/// <param name="low">The lower half of the key.</param>
/// <param name="high">The upper half of the key.</param>
readonly struct KeyedHash(ulong low, ulong high)
{
    /// <summary>By a key that nobody knows and that is another in each run: nobody can make two resources meet, and so hide that one of them has no event.</summary>
    static readonly KeyedHash Secret = OfChance();

    /// <summary>The same in each run, for how many repetitions are counted depends on it; who makes two entries meet has one counted too many, and no more.</summary>
    static readonly KeyedHash Fixed = new(0x7061_7274_5F6F_665F, 0x6461_7679_5F31_0000);

    /// <summary>The identity of a resource.</summary>
    public static UInt128 Of(CloudRunResource resource) => Secret.Of([resource.Kind.Word, resource.Project, resource.Location, resource.Name], default);

    /// <summary>The identity of an entry that has an insert id: log, timestamp and insert id, as Cloud Logging has it.</summary>
    public static UInt128 Of(EntryIdentity entry) => Fixed.Of([entry.LogName, entry.InsertId], entry.Timestamp);

    /// <summary>The hash of texts, each with its length, and of a moment; by the key.</summary>
    UInt128 Of(ReadOnlySpan<string> texts, Timestamp? moment)
    {
        var state = new State(low, high);
        foreach (var text in texts)
        {
            var bytes = MemoryMarshal.AsBytes(text.AsSpan());
            state.Take((ulong)bytes.Length);
            for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) state.Take(MemoryMarshal.Read<ulong>(bytes));

            ulong rest = 0;
            foreach (var last in bytes) rest = (rest << 8) | last;
            if (bytes.Length > 0) state.Take(rest);
        }

        if (moment is { } known)
        {
            state.Take((ulong)known.Seconds);
            state.Take((ulong)known.Nanos);
        }

        state.Take(moment is null ? 0UL : 1UL);
        return state.Finish();
    }

    static KeyedHash OfChance()
    {
        var chance = Guid.NewGuid().ToByteArray();
        return new(BitConverter.ToUInt64(chance, 0), BitConverter.ToUInt64(chance, sizeof(ulong)));
    }

    ref struct State(ulong low, ulong high)
    {
        ulong _v0 = low ^ 0x736F_6D65_7073_6575;
        ulong _v1 = high ^ 0x646F_7261_6E64_6F6D ^ 0xEE;
        ulong _v2 = low ^ 0x6C79_6765_6E65_7261;
        ulong _v3 = high ^ 0x7465_6462_7974_6573;

        public void Take(ulong word)
        {
            _v3 ^= word;
            Mix(2);
            _v0 ^= word;
        }

        public UInt128 Finish()
        {
            _v2 ^= 0xEE;
            Mix(4);
            var lower = _v0 ^ _v1 ^ _v2 ^ _v3;
            _v1 ^= 0xDD;
            Mix(4);
            return new(_v0 ^ _v1 ^ _v2 ^ _v3, lower);
        }

        void Mix(int rounds)
        {
            var (v0, v1, v2, v3) = (_v0, _v1, _v2, _v3);
            for (; rounds > 0; rounds--)
            {
                v0 += v1;
                v2 += v3;
                v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
                v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
                v0 = BitOperations.RotateLeft(v0, 32) + v3;
                v2 += v1;
                v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
                v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
                v2 = BitOperations.RotateLeft(v2, 32);
            }

            (_v0, _v1, _v2, _v3) = (v0, v1, v2, v3);
        }
    }
}
