using System.Net.Security;
using System.Runtime.CompilerServices;
using Signalbox.Model;
using Signalbox.Proxy.Routing;
using Signalbox.Proxy.Tls;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Tls;

public sealed class TlsSelectorTests
{
    private readonly SelfSignedBook _book = new();
    private readonly TlsSelector _selector;

    public TlsSelectorTests() => _selector = new TlsSelector(_book, new HostIndex(), NoChallengeCertificates.Instance);

    [Fact]
    public async Task SelectAsync_CertificateShownBefore_IsAnsweredAtOnceWithTheSameContext()
    {
        var first = await _selector.SelectAsync(new ClientHello("app.localhost", []));
        var again = _selector.SelectAsync(new ClientHello("APP.localhost.", []));
        again.IsCompletedSuccessfully.ShouldBeTrue();
        (await again).ShouldBeSameAs(first);
    }

    [Fact]
    public async Task SelectAsync_ManyAtOnceForANewName_AllGetOneContext()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _selector.SelectAsync(new ClientHello("app.localhost", [])).AsTask())));
        all.Distinct<SslServerAuthenticationOptions?>(ReferenceEqualityComparer.Instance).Count().ShouldBe(1);
    }

    [Fact]
    public async Task Hold_BegunHello_IsWaitedForAndKeepsTheContextInUse()
    {
        var options = await _selector.SelectAsync(new ClientHello("app.localhost", []));
        var hold = ContextHold.Take(options!, new StrongBox<int>()).ShouldNotBeNull();

        // A library that refused the octets, or took them for a whole hello, would have ended the handshake by now: all of it runs in the call.
        hold.IsWaiting.ShouldBeTrue();
    }

    /// <summary>A place that never came free would leave the thousand-and-first certificate of a daemon's life without one.</summary>
    [Fact]
    public async Task Hold_NobodyUsesTheOptionsAnyMore_ItsPlaceIsFree()
    {
        var held = new StrongBox<int>();
        var options = await _selector.SelectAsync(new ClientHello("app.localhost", []));
        TakeAndForget(options!, held);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Volatile.Read(ref held.Value) > 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    // Not inlined: a reference left in the caller's frame would hold what is to be collected.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TakeAndForget(SslServerAuthenticationOptions options, StrongBox<int> held)
    {
        for (var i = 0; i < 10; i++) ContextHold.Take(options, held).ShouldNotBeNull();
        held.Value.ShouldBe(10);
    }

    [Fact]
    public async Task SelectAsync_NoName_IsForLocalhost()
    {
        await _selector.SelectAsync(ClientHello.Unread);
        _book.Asked.ShouldContain(("localhost", false));
    }

    [Fact]
    public async Task SelectAsync_NameWithoutCertificate_HasNone() => (await _selector.SelectAsync(new ClientHello("app.example", []))).ShouldBeNull();
}
