using System.Text;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>What happened in a simulation, line by line. It becomes text only when somebody reads it.</summary>
internal sealed class Story(Agenda agenda)
{
    private readonly List<(TimeSpan At, string Who, string What, object? Detail)> _lines = [];

    public void Add(string who, string what, object? detail = null) => _lines.Add((agenda.Now, who, what, detail));

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (at, who, what, detail) in _lines)
        {
            var now = Moment.Epoch + at;
            var day = now.Date > Moment.Epoch.Date ? $"day {(now.Date - Moment.Epoch.Date).Days + 1}, " : "";
            text.AppendLine($"{day}{now:HH:mm:ss.fff} {who} {what}{(detail is null ? "" : $" {Told(detail)}")}");
        }
        return text.ToString();
    }

    private static string Told(object detail) => detail is not IReadOnlyList<TraceEvent> events ? $"{detail}"
        : string.Join(", ", events.Select(static traced => $"{traced.Sequence} {Told(traced.Fact)}"));

    private static string Told(Fact fact) => fact.Accepted is { } accepted ? $"Accepted {accepted.Input}" : Print.Fact(fact);
}
