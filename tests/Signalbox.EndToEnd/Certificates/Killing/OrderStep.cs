namespace Signalbox.EndToEnd.Certificates.Killing;

/// <summary>A step of an order as the CA sees it, by the first part of the path that Pebble has for it.</summary>
/// <param name="Name">Such as <c>order-plz</c>.</param>
/// <param name="ChangesSomething">True when the CA is to do something, and not only to tell.</param>
internal sealed record OrderStep(string Name, bool ChangesSomething)
{
    public bool IsNewAccount => Name == "sign-me-up";

    public bool IsNewOrder => Name == "order-plz";

    public bool IsAuthorization => Name == "authZ";

    public bool IsChallenge => Name == "chalZ";

    public bool IsCertificate => Name == "certZ";

    public override string ToString() => Name;
}
