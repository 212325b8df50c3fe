using System.Diagnostics.CodeAnalysis;

namespace Signalbox.Certificates.Acme;

/// <summary>What a request to a CA came to: a value, or why there is none. Expected failures are values; no method of this room throws one.</summary>
internal readonly struct AcmeResult<T>
{
    private AcmeResult(T? value, AcmeFailure? failure)
    {
        Value = value;
        Failure = failure;
    }

    public T? Value { get; }

    public AcmeFailure? Failure { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    public static implicit operator AcmeResult<T>(T value) => new(value, null);

    public static implicit operator AcmeResult<T>(AcmeFailure failure) => new(default, failure);
}
