using System.ComponentModel;

namespace RealTool;

/// <summary>Notes as files in one folder: two ordinary methods, which know nothing of agents.</summary>
/// <param name="folder">The folder. It exists.</param>
internal sealed class Notes(string folder)
{
    [Description("Finds the notes that a word occurs in.")]
    public string[] FindNotes([Description("The word, as it is written.")] string word) =>
        [.. Directory.GetFiles(folder, "*.txt").Where(file => File.ReadAllText(file).Contains(word, StringComparison.Ordinal))
            .Select(static file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    [Description("Saves a note, in place of one of this name.")]
    public string SaveNote([Description("Its name.")] string name, [Description("What it says.")] string text)
    {
        File.WriteAllText(Path.Combine(folder, $"{name}.txt"), text);
        return $"{text.Length} characters";
    }
}
