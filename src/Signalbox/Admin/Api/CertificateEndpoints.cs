using Microsoft.AspNetCore.Http;
using Signalbox.Control;
using Signalbox.Model.Wire;

namespace Signalbox.Admin.Api;

/// <summary>Certificates: <c>certs</c>, <c>cert show</c>, <c>cert renew</c>, <c>cert revoke</c>, <c>cert import</c>, <c>cert remove</c>.</summary>
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

    /// <summary><c>POST /v1/certs/revoke?name=N&amp;reason=R</c>: answered when the CA has.</summary>
    public async Task RevokeAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var revoked = await control.RevokeCertificate(query["name"].ToString(), query["reason"], context.RequestAborted);
        if (revoked.Succeeded) await Answers.JsonAsync(context, revoked.Value, SignalboxJson.Default.CertificateReport);
        else await Answers.ProblemsAsync(context, revoked.Problems);
    }

    /// <summary><c>POST /v1/certs/import</c>: what there is of each name then. The key is never answered.</summary>
    public async Task ImportAsync(HttpContext context)
    {
        if (await Answers.ReadAsync(context, SignalboxJson.Default.CertificateImport) is not { } import) return;
        var imported = await control.ImportCertificate(import);
        if (imported.Succeeded) await Answers.JsonAsync(context, imported.Value, SignalboxJson.Default.CertificateReportArray);
        else await Answers.ProblemsAsync(context, imported.Problems);
    }

    /// <summary><c>DELETE /v1/certs?name=N</c>: an imported one.</summary>
    public async Task RemoveAsync(HttpContext context)
    {
        if (await control.RemoveCertificate(context.Request.Query["name"].ToString()) is { } problem) await Answers.ProblemsAsync(context, [problem]);
        else context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
