using Lab11;

while (Console.ReadLine() is { } line) Console.WriteLine(Protocol.Answer(line));
