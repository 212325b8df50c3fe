using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Signalbox.Proxy.Forwarding;

/// <summary>A request to leave HTTP: Upgrade on HTTP/1.1 (RFC 9110 7.8) or extended CONNECT on HTTP/2 (RFC 8441).</summary>
/// <param name="Protocol">As named by the client, such as <c>websocket</c>.</param>
/// <param name="Connect">Set for extended CONNECT.</param>
internal sealed record UpgradeRequest(string Protocol, IHttpExtendedConnectFeature? Connect)
{
    public static UpgradeRequest? Read(HttpContext context)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: { } named } connect) return new UpgradeRequest(named, connect);
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }) return null;
        var protocol = context.Request.Headers.Upgrade.ToString();
        // RFC 9113 3.1 has taken the upgrade to h2c back; such a request is an ordinary HTTP/1.1 one.
        return protocol.Length == 0 || HopByHop.HasToken(context.Request.Headers.Upgrade, "h2c") ? null : new UpgradeRequest(protocol, null);
    }
}
