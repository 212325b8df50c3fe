namespace Signalbox.Certificates.Trust;

/// <summary>The user's login keychain on macOS, for TLS alone; the system asks the user to confirm. Safari, Chrome and curl read it.</summary>
internal sealed class Keychain(string program, string keychain) : ITrustStore
{
    public string Name => $"keychain ({keychain})";

    public static Keychain? Of(TrustPlaces places) =>
        places.IsMacOS && places.Program("security") is { } program ? new Keychain(program, Path.Combine(places.UserHome, "Library/Keychains/login.keychain-db")) : null;

    public TrustEntry EntryFor(TrustedRoot root) => new(TrustKind.Keychain, keychain, root.Thumbprint, root.Fingerprint);

    public async Task<TrustStep> InstallAsync(TrustedRoot root, bool interrupted, CancellationToken cancellation)
    {
        if (!interrupted && await HoldsAsync(root.Thumbprint, cancellation)) return new TrustStep(Name, TrustOutcome.Already, "The root is there.");
        var result = await Command.RunAsync(program, ["add-trusted-cert", "-r", "trustRoot", "-p", "ssl", "-k", keychain, root.Path], cancellation);
        return result.Succeeded
            ? new TrustStep(Name, TrustOutcome.Done, "Added the root, trusted for TLS.")
            : new TrustStep(Name, TrustOutcome.Failed, $"The root was not added: {result.Words}",
                $"Run it in a terminal of the desktop, where the question can be answered: " +
                $"{program} add-trusted-cert -r trustRoot -p ssl -k \"{keychain}\" \"{root.Path}\"");
    }

    public async Task<TrustStep> RemoveAsync(TrustEntry entry, bool interrupted, CancellationToken cancellation)
    {
        if (!await HoldsAsync(entry.Name, cancellation)) return new TrustStep(Name, TrustOutcome.Already, "The root was gone already.");

        // -t: its trust settings go with it.
        string[] arguments = ["delete-certificate", "-t", "-Z", entry.Name, keychain];
        var result = await Command.RunAsync(program, arguments, cancellation);
        return result.Succeeded
            ? new TrustStep(Name, TrustOutcome.Done, "Removed the root and its trust settings.")
            : new TrustStep(Name, TrustOutcome.Failed, $"The root was not removed: {result.Words}",
                $"Run it in a terminal of the desktop: {program} {string.Join(' ', arguments)}");
    }

    private async Task<bool> HoldsAsync(string thumbprint, CancellationToken cancellation) =>
        (await Command.RunAsync(program, ["find-certificate", "-a", "-Z", keychain], cancellation)).Output.Contains(thumbprint, StringComparison.OrdinalIgnoreCase);
}
