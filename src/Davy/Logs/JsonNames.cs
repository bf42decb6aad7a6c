using System.Text.Json;

namespace Davy.Logs;

/// <summary>How names of hostile JSON are read.</summary>
public static class JsonNames
{
    extension(JsonProperty property)
    {
        /// <summary>The property's name.</summary>
        /// <exception cref="EntryRejectedException">The name is not valid Unicode.</exception>
        public string SafeName
        {
            get
            {
                try
                {
                    return property.Name;
                }
                catch (InvalidOperationException)
                {
                    throw Invalid();
                }
            }
        }

        /// <summary>Whether the property has a name.</summary>
        /// <param name="name">The name.</param>
        /// <returns>True where it has, however it is escaped.</returns>
        /// <exception cref="EntryRejectedException">Its own name is not valid Unicode.</exception>
        public bool Is(ReadOnlySpan<byte> name)
        {
            try
            {
                return property.NameEquals(name);
            }
            catch (InvalidOperationException)
            {
                throw Invalid();
            }
        }
    }

    /// <summary>Names are unescaped only when they are looked at, and the fault shows only then.</summary>
    internal static EntryRejectedException Invalid() => new(RejectReason.InvalidText, "A name in it is not valid Unicode (invalid UTF-8, or half of a surrogate pair).");
}
