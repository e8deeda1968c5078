using System.CommandLine;
using System.Globalization;

namespace MiniRuntime.Cli;

/// <summary>An option that takes a whole number.</summary>
internal static class Number
{
    /// <summary>Such an option. What it is given that is no number, or not within these bounds, is bad input and said so.</summary>
    /// <param name="name">Its name, with the dashes.</param>
    /// <param name="description">What it says.</param>
    /// <param name="least">The least it takes.</param>
    /// <param name="most">The most.</param>
    /// <param name="usual">What it is where it is not given; null where it then is not there.</param>
    public static Option<int> Option(string name, string description, int least, int most = int.MaxValue, int? usual = null)
    {
        var option = new Option<int>(name)
        {
            Description = description,
            CustomParser = result =>
            {
                var said = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (int.TryParse(said, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    && number >= least && number <= most)
                    return number;
                result.AddError($"{name} takes a whole number from {least} to {most}, not '{said}'.");
                return 0;
            },
        };
        if (usual is { } value) option.DefaultValueFactory = _ => value;
        return option;
    }
}
