using System.Globalization;
using PushLoop;

// Pushes log entries as Pub/Sub does, each as one message a request; what davyd's push is measured with, by bench/push.sh.
//
//   PushLoop issuer FOLDER URL             writes an issuer's description and keys, to be served at URL, and a token of an hour, to be sent: FOLDER/{description,keys,token}
//   PushLoop bodies LOG COUNT              prints the bodies of so many requests, a line each, for who sends them by other means
//   PushLoop push URL LOG SECONDS RATE CONNECTIONS TOKEN
//                                          pushes the entries of LOG again and again, each with an insertId of its own, RATE a second (0: as many as are answered) over CONNECTIONS connections;
//                                          prints how many were answered a second, the times of the answers, and how many were no success
switch (args)
{
    case ["issuer", var folder, var url]:
        SomeIssuer.Write(folder, url);
        return 0;
    case ["bodies", var log, var count]:
        foreach (var body in PushedEntries.Read(log).Bodies(Number(count))) Console.WriteLine(body);
        return 0;
    case ["push", var url, var log, var seconds, var rate, var connections, var token]:
        Sender sender = new(new(url), PushedEntries.Read(log), (await File.ReadAllTextAsync(token)).Trim());
        Console.WriteLine(await sender.RunAsync(TimeSpan.FromSeconds(Number(seconds)), Number(rate), Number(connections)));
        return 0;
    default:
        Console.Error.WriteLine("PushLoop issuer FOLDER URL | bodies LOG COUNT | push URL LOG SECONDS RATE CONNECTIONS TOKEN");
        return 2;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
