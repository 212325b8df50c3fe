namespace Signalbox.Certificates.Acme;

/// <summary>The error types that somebody here decides by (RFC 8555 6.7); all others are shown and nothing else.</summary>
internal static class AcmeProblemType
{
    public const string Prefix = "urn:ietf:params:acme:error:";
    public const string AccountDoesNotExist = Prefix + "accountDoesNotExist";
    public const string AlreadyRevoked = Prefix + "alreadyRevoked";

    /// <summary>RFC 9773 7.4: the certificate named by <c>replaces</c> has been replaced by another order.</summary>
    public const string AlreadyReplaced = Prefix + "alreadyReplaced";
    public const string BadCsr = Prefix + "badCSR";
    public const string BadNonce = Prefix + "badNonce";
    public const string Caa = Prefix + "caa";
    public const string Compound = Prefix + "compound";
    public const string Connection = Prefix + "connection";
    public const string Dns = Prefix + "dns";
    public const string ExternalAccountRequired = Prefix + "externalAccountRequired";
    public const string IncorrectResponse = Prefix + "incorrectResponse";
    public const string InvalidProfile = Prefix + "invalidProfile";
    public const string Malformed = Prefix + "malformed";
    public const string OrderNotReady = Prefix + "orderNotReady";
    public const string RateLimited = Prefix + "rateLimited";
    public const string RejectedIdentifier = Prefix + "rejectedIdentifier";
    public const string ServerInternal = Prefix + "serverInternal";
    public const string Unauthorized = Prefix + "unauthorized";
    public const string UserActionRequired = Prefix + "userActionRequired";

    /// <summary>What a problem document without a type means (RFC 9457 3.1.1).</summary>
    public const string Blank = "about:blank";
}
