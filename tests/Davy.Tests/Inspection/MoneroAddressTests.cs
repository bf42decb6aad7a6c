using System.Text;
using Davy.Inspection;

namespace Davy.Tests.Inspection;

/// <summary>Addresses count only with a checksum that is right.</summary>
public sealed class MoneroAddressTests
{
    static readonly byte[] Valid = Encoding.ASCII.GetBytes(Inspecting.Wallet);

    [Fact]
    public void TheHashIsKeccakAndNotSha3() => Assert.Equal("C5D2460186F7233C927E7DB2DCC703C0E500B653CA82273B7BFAD8045D85A470", Convert.ToHexString(MoneroAddress.Keccak256([])));

    [Fact]
    public void AValidAddressIsKnown() => Assert.True(MoneroAddress.IsValid(Valid));

    [Fact]
    public void NoCharacterCanBeChanged()
    {
        for (var i = 0; i < Valid.Length; i++)
        {
            byte[] changed = [.. Valid];
            changed[i] = changed[i] == '5' ? (byte)'6' : (byte)'5';
            Assert.False(MoneroAddress.IsValid(changed), $"{i}");
        }
    }

    [Fact]
    public void ItIsFoundWhereverItStands()
    {
        for (var before = 0; before < 200; before++)
        {
            byte[] data = [.. Enumerable.Repeat((byte)'l', before), .. Valid, .. "\0rest"u8];
            Assert.Equal(Inspecting.Wallet, MoneroAddress.FirstIn(data, new HashSet<string>(), out var at));
            Assert.Equal(before, at);
        }
    }

    [Fact]
    public void AGiftToAProjectDoesNotCount() => Assert.Equal("", MoneroAddress.FirstIn(Valid, new HashSet<string> { Inspecting.Wallet }, out _));
}
