using System.Diagnostics.CodeAnalysis;

namespace Signalbox.Model;

/// <summary>A value, or the problems that stood in its way: all of them, so that one refusal lists everything.</summary>
internal readonly struct Outcome<T>
{
    private Outcome(T? value, Items<Problem> problems, bool succeeded)
    {
        Value = value;
        Problems = problems;
        Succeeded = succeeded;
    }

    public T? Value { get; }

    public Items<Problem> Problems { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    public bool Succeeded { get; }

    /// <summary>The first problem; only for a failed outcome.</summary>
    public Problem Problem => Succeeded ? throw new InvalidOperationException("The outcome succeeded.") : Problems[0];

    public static implicit operator Outcome<T>(T value) => new(value, default, true);

    public static implicit operator Outcome<T>(Problem problem) => new(default, [problem], false);

    /// <summary>For values typed as an interface, which no conversion can take.</summary>
    public static Outcome<T> Of(T value) => new(value, default, true);

    public static Outcome<T> Failed(Items<Problem> problems) => new(default, problems, false);
}
