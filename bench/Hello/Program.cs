// The least that a native program does: what `davy version` is measured against.
Console.WriteLine("hello");
