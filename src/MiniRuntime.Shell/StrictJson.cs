using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Reads JSON strictly. What <c>System.Text.Json</c> lets pass is a fault here: a key that occurs twice, a number that no decimal holds
/// exactly, half a surrogate pair. Nothing that is read makes it throw, and nesting is bounded, whatever the text.
/// </summary>
public static class StrictJson
{
    /// <summary>How many arrays and objects may nest in a file.</summary>
    public const int MaxDepth = 64;

    /// <summary>On the wire a value that nests as deep as the core allows still needs room for the envelope around it.</summary>
    private const int MaxDepthOnWire = Json.MaxDepth + 16;

    /// <summary>Reads one value.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="source">Where it comes from, which says how it may be written.</param>
    /// <returns>The value, or every fault that was found.</returns>
    public static Decoded<Json> Parse(ReadOnlySpan<byte> utf8, JsonSource source)
    {
        var faults = new FaultList();
        return faults.Result(Read(utf8, source, faults)?.ToJson(faults));
    }

    /// <summary>
    /// Reads one value with the place of everything in it. Faults of single values leave them broken, and reading goes on; where the
    /// grammar is broken it ends, with null.
    /// </summary>
    internal static Node? Read(ReadOnlySpan<byte> utf8, JsonSource source, FaultList faults)
    {
        var isFile = source == JsonSource.File;
        var text = isFile && utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        var maxDepth = isFile ? MaxDepth : MaxDepthOnWire;
        var reader = new Utf8JsonReader(text, new JsonReaderOptions
        {
            AllowTrailingCommas = isFile,
            CommentHandling = isFile ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
            MaxDepth = maxDepth + 1,
        });
        var tree = new TreeBuilder(faults, maxDepth);
        var before = faults.Count;
        try
        {
            while (reader.Read())
                if (!tree.Take(ref reader, text)) return null;
        }
        catch (JsonException e)
        {
            tree.AddSyntaxFault(text.Trim(" \t\r\n"u8).IsEmpty ? "It is empty." : Sentence(e.Message), (int)(e.LineNumber ?? 0) + 1);
            return null;
        }
        // What was read is valid; comments were not read.
        if (faults.Count == before && !Utf8.IsValid(text))
            faults.Add(LineOfBadUtf8(text), "$", "A comment is not valid UTF-8; save the file in UTF-8.");
        return tree.Root;
    }

    // The reader adds its own count of lines, and advice for programmers.
    private static string Sentence(string message)
    {
        foreach (var end in (string[])[" LineNumber:", " Change the reader options"])
            if (message.IndexOf(end, StringComparison.Ordinal) is > 0 and var at) message = message[..at];
        return message;
    }

    private static int LineOfBadUtf8(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        return text[..at].Count((byte)'\n') + 1;
    }
}

/// <summary>Where JSON comes from.</summary>
public enum JsonSource
{
    /// <summary>A program wrote it: plain JSON, in UTF-8 without a byte order mark.</summary>
    Wire,

    /// <summary>A person wrote it: comments, trailing commas and a byte order mark are fine. Nesting is at most 64 levels.</summary>
    File,
}
