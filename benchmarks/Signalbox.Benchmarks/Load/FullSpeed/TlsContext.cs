namespace Signalbox.Benchmarks.Load.FullSpeed;

/// <summary>What the TLS connections of one load share: TLS 1.3 and no other version. Certificates are not looked at; that is the client's own cost.</summary>
internal sealed class TlsContext : IDisposable
{
    private const int SetLeastVersion = 123; // SSL_CTRL_SET_MIN_PROTO_VERSION
    private const int Tls13 = 0x0304;

    public TlsContext()
    {
        Handle = OpenSsl.SSL_CTX_new(OpenSsl.TLS_client_method());
        _ = OpenSsl.SSL_CTX_ctrl(Handle, SetLeastVersion, Tls13, 0);
    }

    public nint Handle { get; }

    public void Dispose() => OpenSsl.SSL_CTX_free(Handle);
}
