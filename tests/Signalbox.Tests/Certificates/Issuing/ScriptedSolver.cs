using System.Collections.Concurrent;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Challenges;
using Signalbox.Model;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>A way to show names that takes as long, and fails as often, as a test wants.</summary>
internal sealed class ScriptedSolver(string type, bool isSlow = false) : IChallengeSolver
{
    private int _open;
    private int _looked;

    public string Type => type;

    public bool IsSlow => isSlow;

    /// <summary>Shown only once this has completed.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    /// <summary>In place of showing anything.</summary>
    public Problem? Fault { get; set; }

    /// <summary>Whom it cannot be used for.</summary>
    public Problem? Obstacle { get; set; }

    /// <summary>The names that were to be shown, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Answers that have not been taken away.</summary>
    public int Open => _open;

    /// <summary>How often it was asked whether it can be used.</summary>
    public int Looked => _looked;

    public ValueTask<Problem?> ObstacleAsync(Identifier identifier, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _looked);
        return new(Obstacle);
    }

    public async ValueTask<Outcome<IAsyncDisposable>> PresentAsync(Identifier identifier, string token, string authorization, CancellationToken cancellation)
    {
        Asked.Enqueue(identifier.Value);
        await Ready.WaitAsync(cancellation);
        if (Fault is { } fault) return fault;
        Interlocked.Increment(ref _open);
        return Outcome<IAsyncDisposable>.Of(new Answer(this));
    }

    private sealed class Answer(ScriptedSolver solver) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Interlocked.Decrement(ref solver._open);
            return ValueTask.CompletedTask;
        }
    }
}
