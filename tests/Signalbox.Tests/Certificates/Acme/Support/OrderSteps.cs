namespace Signalbox.Tests.Certificates.Acme.Support;

/// <summary>The steps of one order once it is placed, for tests that let each of them go wrong.</summary>
internal static class OrderSteps
{
    public static TheoryData<string> All =>
        [nameof(CaStep.Authorization), nameof(CaStep.Challenge), nameof(CaStep.Finalize), nameof(CaStep.Order), nameof(CaStep.Certificate)];
}
