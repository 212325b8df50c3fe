namespace Signalbox.EndToEnd.Differential.Wires;

/// <summary>How much may still be sent on the connection and on its present stream (RFC 9113 5.2).</summary>
internal sealed class SendWindow
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _news = New();
    private int _initial = 65_535;
    private int _connection = 65_535;
    private int _stream;
    private bool _isOver;

    /// <summary>A new stream begins.</summary>
    public void Begin()
    {
        lock (_lock) (_stream, _isOver) = (_initial, false);
    }

    /// <summary>Nothing more is to be sent on the present stream: whoever waits goes on.</summary>
    public void EndStream() => Change(() => _isOver = true);

    public void Add(bool ofConnection, int more) => Change(() => _ = ofConnection ? _connection += more : _stream += more);

    public void SetInitial(int size) => Change(() => (_stream, _initial) = (_stream + size - _initial, size));

    /// <summary>Takes as much as there is, of what is wanted. 0: the stream is over.</summary>
    public async Task<int> TakeAsync(int wanted)
    {
        while (true)
        {
            Task news;
            lock (_lock)
            {
                if (_isOver) return 0;
                var taken = Math.Min(wanted, Math.Min(_connection, _stream));
                if (taken > 0)
                {
                    (_connection, _stream) = (_connection - taken, _stream - taken);
                    return taken;
                }

                news = _news.Task;
            }

            await news;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change(Action change)
    {
        TaskCompletionSource news;
        lock (_lock)
        {
            change();
            (news, _news) = (_news, New());
        }

        news.SetResult();
    }
}
