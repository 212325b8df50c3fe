using Microsoft.AspNetCore.Http;
using Signalbox.Control;
using Signalbox.Model.Wire;

namespace Signalbox.Admin.Api;

/// <summary>Certificates: <c>certs</c>, <c>cert show</c> and <c>cert renew</c>.</summary>
internal sealed class CertificateEndpoints(EdgeControl control)
{
    /// <summary><c>GET /v1/certs</c></summary>
    public Task ListAsync(HttpContext context) => Answers.JsonAsync(context, [.. control.Certificates()], SignalboxJson.Default.CertificateReportArray);

    /// <summary><c>GET /v1/certs/show?name=N</c></summary>
    public async Task ShowAsync(HttpContext context)
    {
        var shown = control.ShowCertificate(context.Request.Query["name"].ToString());
        if (shown.Succeeded) await Answers.JsonAsync(context, shown.Value, SignalboxJson.Default.CertificateReport);
        else await Answers.ProblemsAsync(context, shown.Problems);
    }

    /// <summary><c>POST /v1/certs/renew?name=N</c>: answered when the try has ended.</summary>
    public async Task RenewAsync(HttpContext context)
    {
        var renewed = await control.RenewCertificate(context.Request.Query["name"].ToString(), context.RequestAborted);
        if (renewed.Succeeded) await Answers.JsonAsync(context, renewed.Value, SignalboxJson.Default.CertificateReport);
        else await Answers.ProblemsAsync(context, renewed.Problems);
    }
}
