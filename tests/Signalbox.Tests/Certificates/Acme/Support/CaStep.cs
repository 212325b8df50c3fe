namespace Signalbox.Tests.Certificates.Acme.Support;

/// <summary>The steps of the protocol at which a <see cref="ScriptedCa"/> can be told to do something else.</summary>
internal enum CaStep
{
    Directory,
    NewNonce,
    NewAccount,
    Account,
    Orders,
    KeyChange,
    NewAuthz,
    NewOrder,
    Order,
    Authorization,
    Challenge,
    Finalize,
    Certificate,
    RevokeCert,
    RenewalInfo,
}
