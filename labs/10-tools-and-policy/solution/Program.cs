using Lab10;

while (Console.ReadLine() is { } line) Console.WriteLine(Protocol.Answer(line));
