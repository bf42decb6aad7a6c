using System.Numerics;

namespace Davy.Benchmarks.Generation;

/// <summary>Chance that repeats itself: the same seed gives the same numbers on every machine and in every version of .NET (SplitMix64, https://prng.di.unimi.it/splitmix64.c).</summary>
/// <param name="seed">Where it begins.</param>
sealed class Chance(ulong seed)
{
    ulong _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong Bits()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from 0 up to, not including, a limit.</summary>
    public int Below(int limit) => (int)Math.BigMul(Bits(), (ulong)limit, out _);

    /// <summary>True so many times of a hundred.</summary>
    public bool Happens(double percent) => (Bits() >> 11) * (100 / (double)(1UL << 53)) < percent;

    /// <summary>A small number, each half as likely as the one before it.</summary>
    public int Few(int most) => Math.Min(BitOperations.TrailingZeroCount(Bits()), most);

    /// <summary>One of several.</summary>
    public T OneOf<T>(T[] all) => all[Below(all.Length)];
}
