using Signalbox.Model;

namespace Signalbox.Sources.Files;

/// <summary>Gathers which host has which certificate files. A host has one certificate, however many paths of it are routed.</summary>
internal sealed class OwnFilesBinder(ConfigReader reader)
{
    private readonly Dictionary<string, (OwnFiles Files, int Line)> _hosts = [];

    public Items<OwnFiles> All => _hosts.Values.Select(entry => entry.Files).ToItems();

    public void Add(string host, OwnFilesDraft draft)
    {
        // Missing or of a wrong type: reported when it was read.
        if (draft.Certificate is not { } certificate || !IsPath(certificate) || draft.Key is { } named && !IsPath(named)) return;
        var path = reader.PathOf(certificate.Value);
        var files = new OwnFiles(host, path, draft.Key is { } key ? reader.PathOf(key.Value) : path);
        if (_hosts.TryAdd(host, (files, draft.Line)) || _hosts[host].Files == files) return;
        reader.Report(draft.Line, draft.Column, $"{host} has another certificate already, in line {_hosts[host].Line}.", "A host has one certificate: name the same files for each of its paths.");
    }

    private bool IsPath(Located<string> text)
    {
        if (text.Value.Length > 0 && !text.Value.Contains('\0')) return true;
        reader.Report(text.Line, text.Column, "This is no path of a file.", "Write it like certs/example.pem, which lies beside this file, or /etc/ssl/example.pem.");
        return false;
    }
}
