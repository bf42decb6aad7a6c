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
                    throw new EntryRejectedException(RejectReason.InvalidText, "A name in it is not valid Unicode (invalid UTF-8, or half of a surrogate pair).");
                }
            }
        }
    }
}
