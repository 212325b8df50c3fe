using Signalbox.Model.Wire;
using Signalbox.Proxy.Transport;

namespace Signalbox.Host;

/// <summary>Which transport the router is to use: what the config file says, else what the surroundings say, else epoll.</summary>
internal static class TransportChoice
{
    /// <summary><c>epoll</c> or <c>sockets</c>, for a config file that does not say; so can one suite of tests run on both without a word in its files.</summary>
    public const string Variable = "SIGNALBOX_TRANSPORT";

    /// <param name="told">The config's word, null when it has none.</param>
    public static TransportKind Make(string? told) => Make(told, Environment.GetEnvironmentVariable(Variable));

    /// <summary>A word that is none of ours counts as none in the surroundings; in the file it was refused when it was read.</summary>
    internal static TransportKind Make(string? told, string? surroundings) => (told ?? surroundings) == TransportReport.Sockets ? TransportKind.Sockets : TransportKind.Epoll;
}
