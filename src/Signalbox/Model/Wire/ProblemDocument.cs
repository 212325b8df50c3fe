namespace Signalbox.Model.Wire;

/// <summary>An RFC 9457 problem document. The extension members <c>problems</c> carry every single problem, for requests that had several.</summary>
internal sealed record ProblemDocument
{
    /// <summary>The media type, RFC 9457 6.1.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary><c>urn:signalbox:problem:</c> + the problem's type.</summary>
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    public Problem[] Problems { get; init => field = value ?? []; } = [];

    public static ProblemDocument Of(int status, params Problem[] problems) => new()
    {
        Type = "urn:signalbox:problem:" + problems[0].Type,
        Title = problems[0].Text,
        Status = status,
        Detail = string.Join(' ', new[] { problems[0].Text, problems[0].Advice }.Where(text => text is not null)),
        Problems = problems,
    };

    /// <summary>The HTTP status that goes with a problem.</summary>
    public static int StatusOf(Problem problem) => problem.Type switch
    {
        ProblemType.HostInUse => 409,
        ProblemType.NotFound => 404,
        _ when problem.Side == ProblemSide.Request => 400,
        ProblemType.StoreFull => 507,
        _ => 500,
    };
}
