using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Signalbox.Model;
using Signalbox.Proxy.Tls;
using Signalbox.Tests.Proxy.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Tls;

public sealed class TlsTerminationTests
{
    private const byte Alert = 21;

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Handshake_Done_TellsTheServerWhatWasAgreedOn(SslProtocols version)
    {
        (SslProtocols, string, string, bool) seen = default;
        await using var connection = new TerminatedConnection(context =>
        {
            var handshake = context.Features.Get<ITlsHandshakeFeature>()!;
            var protocol = Encoding.ASCII.GetString(context.Features.Get<ITlsApplicationProtocolFeature>()!.ApplicationProtocol.Span);
            seen = (handshake.Protocol, handshake.HostName, protocol, context.Features.Get<ITlsConnectionFeature>() is not null);
            return Task.CompletedTask;
        });
        await using var tls = await connection.HandshakeAsync("app.localhost", version, "http/1.1", "h2");
        await connection.Served.WaitAsync(TestRouter.Patience);
        seen.ShouldBe((version, "app.localhost", "h2", true));
        tls.NegotiatedApplicationProtocol.ShouldBe(SslApplicationProtocol.Http2);
    }

    [Fact]
    public async Task Hello_OctetByOctet_IsServedAsAnyOther()
    {
        await using var connection = new TerminatedConnection(EchoAsync);
        connection.Raw.PieceLength = 1;
        await using var tls = await connection.HandshakeAsync();
        await tls.WriteAsync("slow"u8.ToArray());
        var answer = new byte[4];
        await tls.ReadExactlyAsync(answer);
        answer.ShouldBe("slow"u8.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0016\u0003\u0001\u0002")]
    public async Task Handshake_NotDoneInTime_EndsTheConnection(string begun)
    {
        var time = new FakeTimeProvider();
        await using var connection = new TerminatedConnection(_ => throw new InvalidOperationException("It was served."), time);
        await connection.Raw.WriteAsync(Encoding.Latin1.GetBytes(begun));
        await time.TimerSetAsync(TlsTermination.HandshakeTime);
        time.Advance(TlsTermination.HandshakeTime - TimeSpan.FromMilliseconds(1));
        connection.Served.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromMilliseconds(1));
        await connection.Served.WaitAsync(TestRouter.Patience);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0000\u0004\u0001\u0000\u0000\u0000")]
    [InlineData("\u0016\u0003\u0001\u00ff\u00ff\u0001\u0000\u0000\u0000")]
    public async Task Garbage_InsteadOfAHello_EndsTheConnectionUnserved(string octets)
    {
        await using var connection = new TerminatedConnection(_ => throw new InvalidOperationException("It was served."));
        await connection.Raw.WriteAsync(Encoding.Latin1.GetBytes(octets));
        await connection.Served.WaitAsync(TestRouter.Patience);
    }

    /// <summary>It was a silent close, which curl calls “unexpected eof while reading” and nobody can make sense of.</summary>
    [Fact]
    public async Task Name_WithoutCertificate_IsToldUnrecognizedName()
    {
        await using var connection = new TerminatedConnection(_ => throw new InvalidOperationException("It was served."));
        await connection.Raw.WriteAsync(await Hellos.RecordAsync("app.example"));
        (await AnswerAsync(connection)).ShouldBe([Alert, 3, 3, 0, 2, 2, 112]);
    }

    [Fact]
    public async Task Hello_TheLibraryCannotRead_IsToldDecodeError()
    {
        await using var connection = new TerminatedConnection(_ => throw new InvalidOperationException("It was served."));
        await connection.Raw.WriteAsync((byte[])[22, 3, 1, 0, 4, 1, 0, 0, 0]);
        (await AnswerAsync(connection)).ShouldBe([Alert, 3, 3, 0, 2, 2, 50]);
    }

    [Fact]
    public async Task PlainHttp_OnThePortOfHttps_IsToldNothingItWouldNotUnderstand()
    {
        await using var connection = new TerminatedConnection(_ => throw new InvalidOperationException("It was served."));
        await connection.Raw.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        (await AnswerAsync(connection)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Client_LeavesInTheMiddleOfItsHello_EndsTheConnectionUnserved()
    {
        await using var connection = new TerminatedConnection(_ => throw new InvalidOperationException("It was served."));
        await connection.Raw.WriteAsync((await Hellos.RecordAsync("localhost")).AsMemory(0, 40));
        connection.EndSending();
        await connection.Served.WaitAsync(TestRouter.Patience);
    }

    [Fact]
    public async Task Name_WithoutCertificate_EndsTheHandshake()
    {
        await using var connection = new TerminatedConnection(EchoAsync);
        await Should.ThrowAsync<Exception>(() => connection.HandshakeAsync("app.example"));
        await connection.Served.WaitAsync(TestRouter.Patience);
    }

    [Fact]
    public async Task Server_Done_SaysSoToTheClient()
    {
        await using var connection = new TerminatedConnection(async context => await context.Transport.Output.WriteAsync("all"u8.ToArray()));
        await using var tls = await connection.HandshakeAsync(version: SslProtocols.Tls12);
        (await ReadToEndAsync(tls)).ShouldBe("all");
        connection.Raw.RecordTypes[^1].ShouldBe(Alert);
    }

    [Fact]
    public async Task Server_Throws_SaysNothing()
    {
        await using var connection = new TerminatedConnection(async context =>
        {
            await context.Transport.Output.WriteAsync("half"u8.ToArray());
            throw new InvalidOperationException("Half is all there is.");
        });
        await using var tls = await connection.HandshakeAsync(version: SslProtocols.Tls12);
        await Should.ThrowAsync<InvalidOperationException>(() => connection.Served.WaitAsync(TestRouter.Patience));
        connection.Raw.RecordTypes.ShouldNotContain(Alert);
    }

    [Fact]
    public async Task Server_WritesWithoutFlushAndEnds_ClientGetsIt()
    {
        await using var connection = new TerminatedConnection(context =>
        {
            "last words"u8.CopyTo(context.Transport.Output.GetSpan(10));
            context.Transport.Output.Advance(10);
            return Task.CompletedTask;
        });
        await using var tls = await connection.HandshakeAsync();
        (await ReadToEndAsync(tls)).ShouldBe("last words");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_EndsItsDirection_IsReadToItsEndAndStillAnswered(bool saysSo)
    {
        await using var connection = new TerminatedConnection(async context =>
        {
            var all = await ReadToEndAsync(context.Transport.Input.AsStream());
            await context.Transport.Output.WriteAsync(Encoding.Latin1.GetBytes(all));
        });
        await using var tls = await connection.HandshakeAsync();
        await tls.WriteAsync("question"u8.ToArray());
        if (saysSo) await tls.ShutdownAsync();
        connection.EndSending();
        (await ReadToEndAsync(tls)).ShouldBe("question");
    }

    [Fact]
    public async Task Client_LeavesInTheMiddleOfARecord_IsAnErrorAndNoEnd()
    {
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var connection = new TerminatedConnection(async context =>
        {
            try
            {
                await ReadToEndAsync(context.Transport.Input.AsStream());
            }
            catch (IOException exception)
            {
                failed.SetResult(exception);
            }
        });
        await using var tls = await connection.HandshakeAsync();
        await tls.WriteAsync("whole"u8.ToArray());
        // The head of a record of 256 octets, and ten of them.
        await connection.Raw.WriteAsync(new byte[] { 23, 3, 3, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 });
        connection.EndSending();
        await failed.Task.WaitAsync(TestRouter.Patience);
    }

    [Fact]
    public async Task Record_Damaged_IsAnErrorAndNothingOfItIsShown()
    {
        var (shown, failed) = ("", new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var connection = new TerminatedConnection(async context =>
        {
            try
            {
                while (await context.Transport.Input.ReadAsync() is { IsCompleted: false } read)
                {
                    shown += Encoding.Latin1.GetString(read.Buffer);
                    context.Transport.Input.AdvanceTo(read.Buffer.End);
                }
            }
            catch (IOException)
            {
                failed.SetResult();
            }
        });
        await using var tls = await connection.HandshakeAsync();
        await tls.WriteAsync("good"u8.ToArray());
        await connection.Raw.WriteAsync((byte[])[23, 3, 3, 0, 40, .. new byte[40]]);
        await failed.Task.WaitAsync(TestRouter.Patience);
        shown.ShouldBe("good");
    }

    [Fact]
    public async Task Challenge_IsShownItsOwnCertificateAndServedNothing()
    {
        using var certificate = SelfSignedBook.Make("app.localhost");
        await using var connection = new TerminatedConnection(_ => throw new InvalidOperationException("It was served."), challenges: new OneChallenge("app.localhost", certificate));
        await using var tls = await connection.HandshakeAsync("APP.localhost", SslProtocols.Tls13, "acme-tls/1");
        tls.RemoteCertificate!.GetSerialNumberString().ShouldBe(certificate.GetSerialNumberString());
        tls.NegotiatedApplicationProtocol.ToString().ShouldBe("acme-tls/1");
        (await ReadToEndAsync(tls)).ShouldBeEmpty();
        await connection.Served.WaitAsync(TestRouter.Patience);
        connection.Book.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("app.localhost", "h2")]
    [InlineData("other.localhost", "h2", "acme-tls/1")]
    public async Task OpenChallenge_DoesNotConcernAnybodyElse(string host, params string[] protocols)
    {
        using var certificate = SelfSignedBook.Make("app.localhost");
        await using var connection = new TerminatedConnection(EchoAsync, challenges: new OneChallenge("app.localhost", certificate));
        await using var tls = await connection.HandshakeAsync(host, SslProtocols.Tls13, protocols);
        tls.RemoteCertificate!.GetSerialNumberString().ShouldNotBe(certificate.GetSerialNumberString());
        tls.NegotiatedApplicationProtocol.ShouldBe(SslApplicationProtocol.Http2);
    }

    [Fact]
    public async Task Challenge_NoneOpenForTheName_IsRefused()
    {
        await using var connection = new TerminatedConnection(EchoAsync);
        await Should.ThrowAsync<AuthenticationException>(() => connection.HandshakeAsync("app.localhost", SslProtocols.Tls13, "acme-tls/1"));
        await connection.Served.WaitAsync(TestRouter.Patience);
    }

    /// <summary>All that the client is sent before the end.</summary>
    private static async Task<byte[]> AnswerAsync(TerminatedConnection connection)
    {
        await connection.Served.WaitAsync(TestRouter.Patience);
        return Encoding.Latin1.GetBytes(await ReadToEndAsync(connection.Raw));
    }

    private static async Task EchoAsync(ConnectionContext context)
    {
        while (true)
        {
            var read = await context.Transport.Input.ReadAsync();
            foreach (var piece in read.Buffer) await context.Transport.Output.WriteAsync(piece);
            context.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return;
        }
    }

    private static async Task<string> ReadToEndAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        return await reader.ReadToEndAsync().WaitAsync(TestRouter.Patience);
    }

    private sealed class OneChallenge(string host, X509Certificate2 certificate) : IChallengeCertificates
    {
        private readonly SslStreamCertificateContext _context = SslStreamCertificateContext.Create(certificate, null, offline: true);

        public SslStreamCertificateContext? Find(string serverName) => serverName == host ? _context : null;
    }
}
