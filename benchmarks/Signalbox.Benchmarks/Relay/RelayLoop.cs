namespace Signalbox.Benchmarks.Relay;

/// <summary>One thread's connections. Which other one a descriptor belongs to stands in a table by its number.</summary>
internal sealed class RelayLoop
{
    /// <summary>More than any run opens: the descriptors of one process are numbered from the lowest free one.</summary>
    private const int MostDescriptors = 65_536;

    private readonly int _listener;
    private readonly int _backend;
    private readonly int _poll = Sys.NewPoll();
    private readonly int[] _other = new int[MostDescriptors];
    private readonly bool[] _isBackend = new bool[MostDescriptors];
    private readonly byte[] _bytes = new byte[16 * 1024];

    public RelayLoop(int port, int backend)
    {
        _backend = backend;
        _listener = Sys.Listen(port);
        Sys.Watch(_poll, _listener);
    }

    public void Run()
    {
        var events = new PollEvents(256);
        while (true)
        {
            var count = Sys.Wait(_poll, events, -1);
            for (var i = 0; i < count; i++)
            {
                if (events[i] == _listener) Accept();
                else Pass(events[i]);
            }
        }
    }

    private void Accept()
    {
        while (Sys.Accept(_listener) is >= 0 and var client)
        {
            var backend = Sys.Connect(_backend);
            (_other[client], _other[backend]) = (backend, client);
            (_isBackend[client], _isBackend[backend]) = (false, true);
            Sys.Watch(_poll, client);
            Sys.Watch(_poll, backend);
        }
    }

    /// <summary>One message to the other side. The messages of the load fit into one read; one that does not comes in parts, each passed on as it is.</summary>
    private void Pass(int from)
    {
        var to = _other[from];
        // The pair was closed by an earlier event of the same turn.
        if (to == 0) return;
        var filled = 0;
        bool ended, whole;
        do
        {
            var received = Sys.Receive(from, _bytes.AsSpan(filled));
            if (received < 0 && filled == 0) return;
            ended = received == 0;
            filled += Math.Max(0, received);
            whole = received < 0 || filled == _bytes.Length || MessageEnd.IsAt(_bytes.AsSpan(0, filled), _isBackend[from]);
        }
        while (!ended && !whole);

        if ((filled == 0 || Sys.Send(to, _bytes.AsSpan(0, filled))) && !ended) return;
        (_other[from], _other[to]) = (0, 0);
        Sys.Close(from);
        Sys.Close(to);
    }
}
