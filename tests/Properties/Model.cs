using System.Text.RegularExpressions;

namespace MiniRuntime.Properties;

/// <summary>
/// A naive second implementation, written from the design's text and not from the core: one mutable object, no events, no phases but three
/// flags, policy by brute force. It knows nothing of approvals, doubt and memory; on everything else the core must agree with it.
/// </summary>
internal sealed class Model(Setup setup, Run run)
{
    private readonly List<string> _labels = [];
    private readonly Budget _budget = setup.Budget;
    private Tool? _executing;
    private Queue<Input> _queue = [];
    private string _callId = "";
    private int _invalid, _modelFailures, _toolFailures, _refusals;
    private decimal _tokens, _cost;
    private DateTimeOffset? _started, _now;

    public int Steps { get; private set; }

    public List<string> Observations { get; } = [];

    public List<string> ToolsCalled { get; } = [];

    public string? Answer { get; private set; }

    public string? StopReason { get; private set; }

    public string? Detail { get; private set; }

    public IEnumerable<string> Labels => _labels.Order(StringComparer.Ordinal);

    public void Start(Stamp stamp)
    {
        Pay(stamp, andTime: true);
        CheckBudget();
    }

    public void Take(Input input, Stamp stamp)
    {
        var thinking = StopReason is null && _executing is null;
        var fits = StopReason is null && input.Kind switch
        {
            "cancel" => true,
            "tool_result" => _executing is not null && input.ToolReport is { Attempt: 1 } report && report.CallId == _callId,
            "tick" => thinking && DeadlineComesWith(stamp),
            "person_said" or "recovered" => false,
            _ => thinking,
        };
        Pay(stamp, andTime: fits);
        if (!fits) return;
        if (input.Decisions is { } several) _queue = new(several.Items);
        else One(input);
        while (_executing is null && StopReason is null)
        {
            CheckBudget();
            if (StopReason is not null || !_queue.TryDequeue(out var next)) break;
            One(next);
        }
    }

    private void One(Input input)
    {
        if (input.Decision is { } decision) Propose(decision);
        else if (input.ToolReport is { } result) Report(result);
        else if (input.Kind == "invalid_decision")
        {
            Steps++;
            See("decision", "invalid_decision");
            Trouble("invalid_decision", ++_invalid);
        }
        else if (input.Kind == "model_failure")
        {
            See("system", "model_failure");
            Trouble("invalid_decision", ++_modelFailures);
        }
        else if (input.Kind == "cancel") End("cancelled");
    }

    private void Propose(Decision decision)
    {
        _callId = $"{run.Id}:{Steps++}";
        See("decision", decision.Kind);
        decision.Match(this,
            answer: static (model, answer) => model.ProposeAnswer(answer.Text),
            callTool: static (model, call) => model.ProposeCall(call),
            askHuman: static (model, ask) => model.See("system", $"human:{ask.Question}") && model.End("blocked"),
            stop: static (model, stop) => model.End(stop.Reason.Name()));
    }

    private bool ProposeAnswer(string text)
    {
        if (Ledger.IsBlank(text)) return Trouble("invalid_decision", ++_invalid);
        var (verdict, reason) = Judge(PolicyAction.Answer, null, Json.Object.Of(("text", text)));
        if (verdict == "deny") return Trouble("refused", ++_refusals, reason);
        Answer = text;
        return End("success");
    }

    private bool ProposeCall(CallTool call)
    {
        var tool = setup.Tools.FirstOrDefault(candidate => string.Equals(candidate.Name, call.Name, StringComparison.Ordinal));
        if (tool is null) return See("tool", $"unknown:{call.Name}") && Trouble("refused", ++_refusals, "unknown_tool");
        if (!tool.Enabled) return See("tool", $"refused:{call.Name}") && Trouble("refused", ++_refusals, "tool_disabled");
        var (verdict, reason) = Judge(PolicyAction.Tool, tool, call.Input);
        See("policy", $"{tool.Name}:{verdict}");
        if (verdict == "deny") return Trouble("refused", ++_refusals, reason);
        if (verdict == "approval_required") return End("blocked", reason);
        if (ToolsCalled.Count >= _budget.MaxToolCalls || BillOrTimeIsUp()) return End("budget_exhausted");
        ToolsCalled.Add(tool.Name);
        _executing = tool;
        return true;
    }

    private void Report(ToolReport report)
    {
        var tool = _executing!;
        _executing = null;
        foreach (var label in tool.Ref.Labels.Concat(report.Labels))
            if (!_labels.Contains(label)) _labels.Add(label);
        See("tool", $"{tool.Name}:{report.Result.Status}");
        if (report.Result.Status == "refused") Trouble("refused", ++_refusals);
        if (report.Result.Status == "error") Trouble("tool_failure", ++_toolFailures);
    }

    // Every rule is looked at for every request; the strictest verdict wins, then the ordinally smallest reason.
    public (string Verdict, string? Reason) Judge(PolicyAction action, Tool? tool, Json.Object input)
    {
        var verdicts = new List<(int Strictness, string Verdict, string? Reason)>();
        foreach (var rule in setup.Policy.Rules)
        {
            if (rule.Action != action) continue;
            var inDoubt = rule.Then.Status != "allow";
            var matches = (rule.Tool is null || (tool is not null && Globs(rule.Tool, tool.Name)))
                && (rule.SideEffect is null || rule.SideEffect == tool?.Ref.SideEffect)
                && Is(rule.Actor, run.Actor, inDoubt) && Is(rule.Tenant, run.Tenant, inDoubt) && Is(rule.Route, run.Route, inDoubt)
                && rule.Labels.All(_labels.Contains)
                && rule.Input.All(condition => Holds(condition, input) ?? inDoubt);
            var strictness = rule.Then.Status switch { "allow" => 0, "approval_required" => 1, _ => 2 };
            if (matches) verdicts.Add((strictness, rule.Then.Status, rule.Then.Reason));
        }
        if (verdicts.Count == 0) return action == PolicyAction.Tool ? ("deny", "no_rule_matched") : ("allow", null);
        var strictest = verdicts.Max(verdict => verdict.Strictness);
        return verdicts.Where(verdict => verdict.Strictness == strictest).Select(verdict => (verdict.Verdict, verdict.Reason))
            .OrderBy(verdict => verdict.Reason, StringComparer.Ordinal).First();
    }

    /// <summary>Globs by trying everything.</summary>
    public static bool Globs(string pattern, string text) =>
        pattern == "" ? text == ""
        : pattern[0] == '*' ? Globs(pattern[1..], text) || (text != "" && Globs(pattern, text[1..]))
        : text != "" && (pattern[0] == '?' || pattern[0] == text[0]) && Globs(pattern[1..], text[1..]);

    private static bool Is(string? wanted, string? value, bool inDoubt) => wanted is null || (value is null ? inDoubt : wanted == value);

    /// <summary>All given tests must hold; a test that fails settles it, a missing field or another kind of value leaves it open.</summary>
    public static bool? Holds(Condition condition, Json.Object input)
    {
        Json? value = input;
        foreach (var name in condition.Field.StartsWith('/') ? condition.Field[1..].Split('/') : [condition.Field])
        {
            value = value is Json.Object o ? o.Fields.FirstOrDefault(field => field.Name == name)?.Value
                : value is Json.Array a && condition.Field[0] == '/' && name == "0" ? a.Items.FirstOrDefault()
                : null;
        }
        if (value is null) return null;
        var tests = new List<bool?>();
        if (condition.Equal is { } wanted) tests.Add(Same(wanted, value));
        if (condition.In is { } some)
        {
            var each = some.Select(item => Same(item, value)).ToList();
            tests.Add(each.Contains(true) ? true : each.Contains(null) ? null : false);
        }
        if (condition.Greater is { } low) tests.Add((value as Json.Number)?.Value > low ? true : value is Json.Number ? false : null);
        if (condition.Less is { } high) tests.Add((value as Json.Number)?.Value < high ? true : value is Json.Number ? false : null);
        if (condition.Matches is { } pattern)
            tests.Add(value is Json.String s ? Regex.IsMatch(s.Value, $@"\A(?:{pattern})\z", RegexOptions.CultureInvariant) : null);
        return tests.Contains(false) ? false : tests.Contains(null) ? null : true;
    }

    private static bool? Same(Json wanted, Json value) =>
        CanonicalJson.Write(wanted) == CanonicalJson.Write(value) ? true : wanted is Json.Null || wanted.Kind == value.Kind ? false : null;

    private bool Trouble(string reason, int count, string? detail = null)
    {
        _ = count;
        return _invalid > _budget.MaxInvalidDecisions || _modelFailures > _budget.MaxModelFailures || _refusals > _budget.MaxRefusals
            || _toolFailures > _budget.MaxToolFailures ? End(reason, detail) : false;
    }

    private void CheckBudget()
    {
        if (StopReason is null && (Steps >= _budget.MaxSteps || BillOrTimeIsUp())) End("budget_exhausted");
    }

    private bool BillOrTimeIsUp() => _tokens >= _budget.MaxTokens || _cost >= _budget.MaxCost || _now - _started >= _budget.Deadline
        || (_now is null && _budget.Deadline == TimeSpan.Zero);

    private bool DeadlineComesWith(Stamp stamp)
    {
        var now = stamp.At is { } at && !(at <= _now) ? at : _now;
        return _budget.Deadline is { } limit && (now - (_started ?? now) ?? TimeSpan.Zero) >= limit;
    }

    private void Pay(Stamp stamp, bool andTime)
    {
        _tokens = Math.Min(long.MaxValue, _tokens + stamp.Tokens);
        _cost = Ledger.Saturating(_cost, stamp.Cost);
        if (!andTime || stamp.At is not { } at || at <= _now) return;
        _now = at;
        _started ??= at;
    }

    private bool See(string kind, string summary)
    {
        Observations.Add($"{kind} {summary}");
        return true;
    }

    private bool End(string reason, string? detail = null)
    {
        (StopReason, Detail, _executing) = (reason, detail, null);
        return true;
    }
}
