using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// What people are asked, and what they say.
public static partial class Codec
{
    private static Fields Fields(PersonSaid said) => said.Match<int, Fields>(0,
        approve: static (_, approve) =>
        [
            ("kind", "approve"), ("requestId", approve.RequestId), ("hash", approve.Hash), ("reviewer", approve.Reviewer),
            ("editedInput", approve.EditedInput),
        ],
        reject: static (_, reject) =>
            [("kind", "reject"), ("requestId", reject.RequestId), ("reviewer", reject.Reviewer), ("reason", reject.Reason)],
        reply: static (_, reply) =>
        [
            ("kind", "reply"), ("questionId", reply.QuestionId), ("text", reply.Text), ("person", reply.Person),
            ("labels", Labels(reply.Labels)),
        ],
        resolve: static (_, resolve) =>
        [
            ("kind", "resolve"), ("callId", resolve.CallId), ("resolution", resolve.Resolution.Name()), ("person", resolve.Person),
            ("data", resolve.Data),
        ]);

    private static Func<PersonSaid>? SaidOf(ObjectReader o, bool blanks)
    {
        switch (o.OneOf("kind", "approve", "reject", "reply", "resolve"))
        {
            case "approve":
                var (request, hash) = (Id(o, "requestId", blanks), Id(o, "hash", blanks));
                var (reviewer, edited) = (o.Required("reviewer", As.Text), o.Optional("editedInput", As.Object));
                return () => new Approve(request, hash, reviewer, edited);
            case "reject":
                var rejected = Id(o, "requestId", blanks);
                var (by, why) = (o.Required("reviewer", As.Text), o.Required("reason", As.Text));
                return () => new Reject(rejected, by, why);
            case "reply":
                var (question, text) = (Id(o, "questionId", blanks), o.Required("text", As.Text));
                var (replier, labels) = (o.Required("person", As.Text), ReadLabels(o));
                return () => new Reply(question, text, replier, labels);
            case "resolve":
                var (call, resolution) = (Id(o, "callId", blanks), o.Required("resolution", As.Name<Resolution>(Wire.Name)));
                var (finder, data) = (o.Required("person", As.Text), o.Optional("data", As.Value));
                return () => new Resolve(call, resolution, finder, data);
            default:
                return null;
        }
    }

    // In a script the ids of what is open can be left blank.
    private static string Id(ObjectReader o, string name, bool blanks) =>
        blanks ? o.Optional(name, As.Text, "") : o.Required(name, As.Text);

    internal static JsonText Write(ApprovalRequest request) => Object(
        [("id", request.Id), ("hash", request.Hash), ("expires", Write(request.Expires))]);

    private static ApprovalRequest ReadRequest(Node node, FaultList faults) => Of<ApprovalRequest>(static o =>
    {
        var (id, hash) = (o.Required("id", As.Text), o.Required("hash", As.Text));
        var expires = o.OptionalValue("expires", As.Time);
        return () => new ApprovalRequest(id, hash, expires);
    })(node, faults);
}
