using System.Collections.Concurrent;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges;

/// <summary>The tokens a CA may ask for over plain HTTP at present, and what it is answered (RFC 8555 8.3).</summary>
internal sealed class TokenTable : IChallengeAnswers
{
    private readonly ConcurrentDictionary<string, string> _answers = new(StringComparer.Ordinal);

    public string? Find(string token) => _answers.GetValueOrDefault(token);

    /// <summary>From the return on, the token is answered.</summary>
    public void Put(string token, string authorization) => _answers[token] = authorization;

    public void Remove(string token) => _answers.TryRemove(token, out _);
}
