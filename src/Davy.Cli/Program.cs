System.Console.WriteLine("davy");
