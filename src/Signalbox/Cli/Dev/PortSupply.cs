using Signalbox.Cli.Client;
using Signalbox.Model;
using Signalbox.Sources.DevServers;

namespace Signalbox.Cli.Dev;

/// <summary>The port for a command: the one asked for, when nobody has it, or one that the daemon gives to nobody else meanwhile.</summary>
internal sealed class PortSupply(HomeLayout home)
{
    public async Task<Outcome<int>> GetAsync(int? asked, CancellationToken cancellation)
    {
        if (asked is not { } port)
        {
            using var client = new AdminClient(home.AdminSocket);
            var grant = await client.ReservePortAsync(cancellation);
            return grant.Succeeded ? grant.Value.Port : Outcome<int>.Failed(grant.Problems);
        }

        if (ListeningPorts.Holder(port) is not { } holder) return port;
        return new Problem(ProblemType.PortInUse, ProblemSide.System, $"port {port}", $"Port {port} is taken: {holder} listens on it.", "End that program, give another --port, or leave it out to be given a free one.");
    }
}
