using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using Signalbox.Certificates.Dns.Messages;

namespace Signalbox.Certificates.Dns;

/// <summary>
/// Puts one question to one server: over UDP, sent again when nothing comes, over TCP when the answer did not fit. Each question has an id and a port nobody
/// can guess, and only an answer from the server asked, with that id and the same question, is one (RFC 5452 9.1); everything else is as if it had never come.
/// </summary>
internal sealed class DnsClient(TimeProvider time, DnsTiming timing)
{
    /// <summary>
    /// The octets of a UDP answer we take: what fits into the smallest IPv6 packet, 1280, less the headers. Larger ones would come in fragments, which
    /// get lost and can be forged.
    /// </summary>
    private const ushort EdnsSize = 1232;

    /// <summary>Whatever a server sends over UDP fits (RFC 768); one that ignores the size above is read all the same.</summary>
    private const int LargestDatagram = 65_535;

    public async Task<DnsReply> AskAsync(DnsServer server, DnsQuestion question, bool recursive, CancellationToken cancellation)
    {
        var at = time.GetUtcNow();
        var began = time.GetTimestamp();
        var query = new DnsMessage(new DnsHeader(NewId()) { RecursionDesired = recursive }, [question]) { EdnsSize = EdnsSize };
        var (message, fault) = await ExchangeAsync(server, query, cancellation);

        // RFC 6891 7: an old server answers FORMERR (or NOTIMP) to what it does not know; then the same without.
        if (message is { Rcode: DnsRcode.FormErr or DnsRcode.NotImp, EdnsSize: null })
        {
            query = query with { Header = query.Header with { Id = NewId() }, EdnsSize = null };
            (message, fault) = await ExchangeAsync(server, query, cancellation);
        }

        return new DnsReply(server, question, message, fault, at, time.GetElapsedTime(began)) { Recursive = recursive };
    }

    /// <summary>A number nobody can foresee (RFC 5452 9.2); Random's could be reckoned from earlier ones.</summary>
    public static ushort NewId() => (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);

    private async Task<(DnsMessage? Message, string? Fault)> ExchangeAsync(DnsServer server, DnsMessage query, CancellationToken cancellation)
    {
        var octets = DnsCodec.Encode(query);
        var (answer, fault) = await OverUdpAsync(server, octets, cancellation);
        if (answer is not null && DnsCodec.DecodeHead(answer) is { Header.IsTruncated: true }) (answer, fault) = await OverTcpAsync(server, octets, cancellation);
        if (answer is null) return (null, fault);
        return DnsCodec.Decode(answer) is { } message ? (message, null) : (null, "the answer cannot be read");
    }

    /// <summary>The answer's octets, or why there are none.</summary>
    public async Task<(byte[]? Answer, string? Fault)> OverUdpAsync(DnsServer server, byte[] query, CancellationToken cancellation)
    {
        try
        {
            // Connected: the kernel drops what comes from elsewhere and tells when nobody listens there. Unbound, so it gives each question a random port.
            using var socket = new Socket(server.EndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(server.EndPoint, cancellation);
            var buffer = new byte[LargestDatagram];
            foreach (var wait in timing.Waits)
            {
                using var limit = new CancellationTokenSource(wait, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
                try
                {
                    await socket.SendAsync(query, either.Token);
                    while (true)
                    {
                        var length = await socket.ReceiveAsync(buffer, either.Token);
                        if (IsAnswerTo(query, buffer.AsSpan(0, length))) return (buffer[..length], null);
                    }
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                    // The wait is over. The same octets go again, so that an answer to the first ones counts too.
                }
            }

            return (null, $"no answer within {timing.Waits.Sum(wait => wait.TotalSeconds):0.#} s");
        }
        catch (SocketException error)
        {
            return (null, Words(error));
        }
    }

    /// <summary>RFC 1035 4.2.2, RFC 7766 8: the length and the message in one write, because some servers take the first segment for the whole.</summary>
    public async Task<(byte[]? Answer, string? Fault)> OverTcpAsync(DnsServer server, byte[] query, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(timing.Tcp, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var socket = new Socket(server.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server.EndPoint, either.Token);
            await using var stream = new NetworkStream(socket);
            var framed = new byte[query.Length + 2];
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
            query.CopyTo(framed, 2);
            await stream.WriteAsync(framed, either.Token);
            var size = new byte[2];
            await stream.ReadExactlyAsync(size, either.Token);
            var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(size)];
            await stream.ReadExactlyAsync(answer, either.Token);
            return IsAnswerTo(query, answer) ? (answer, null) : (null, "the answer over TCP is to another question");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"no answer over TCP within {timing.Tcp.TotalSeconds:0.#} s");
        }
        catch (EndOfStreamException)
        {
            return (null, "closed the TCP connection in the middle");
        }
        catch (SocketException error)
        {
            return (null, Words(error));
        }
        catch (IOException error) when (error.InnerException is SocketException inner)
        {
            return (null, Words(inner));
        }
    }

    /// <summary>
    /// The same id and question, and a response. Servers that cannot read a question may leave it out of their refusal (RFC 6891 7, RFC 8945 5.3.2), so an
    /// error without one counts; and the answer to an update may hold nothing but its header (RFC 2136 3.8).
    /// </summary>
    private static bool IsAnswerTo(ReadOnlySpan<byte> query, ReadOnlySpan<byte> answer)
    {
        if (DnsCodec.DecodeHead(answer) is not { Header.IsResponse: true } got || DnsCodec.DecodeHead(query) is not { } asked) return false;
        return got.Header.Id == asked.Header.Id && got.Header.Opcode == asked.Header.Opcode
            && (got.Questions == asked.Questions || (got.Questions.IsEmpty && (got.Rcode != DnsRcode.NoError || got.Header.Opcode == DnsOpcode.Update)));
    }

    private static string Words(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nobody listens there",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.AddressNotAvailable or SocketError.NetworkDown => "cannot be reached from this machine",
        SocketError.ConnectionReset => "closed the connection",
        _ => error.Message,
    };
}
