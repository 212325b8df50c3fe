using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Signalbox.Tests.Certificates.Acme.Support;

/// <summary>What a <see cref="ScriptedCa"/> does when no script says otherwise: RFC 8555, strictly.</summary>
internal sealed class CaDesk(CaOptions options, CaIssuer issuer)
{
    private readonly ConcurrentDictionary<string, bool> _nonces = new();
    private readonly ConcurrentDictionary<string, CaAccount> _accounts = new();
    private readonly ConcurrentDictionary<string, CaOrder> _orders = new();
    private readonly ConcurrentDictionary<string, CaAuthorization> _authorizations = new();
    private readonly ConcurrentDictionary<string, int?> _revoked = new();
    private readonly Lock _lock = new();
    private int _number;

    public string Base { get; set; } = "";

    public IReadOnlyCollection<CaOrder> Orders => [.. _orders.Values];

    public IReadOnlyCollection<CaAccount> Accounts => [.. _accounts.Values];

    public IReadOnlyDictionary<string, int?> Revoked => _revoked;

    public static CaStep? StepOf(PathString path) => path.Value!.Split('/') switch
    {
        [_, "directory"] => CaStep.Directory,
        [_, "new-nonce"] => CaStep.NewNonce,
        [_, "new-account"] => CaStep.NewAccount,
        [_, "account", _] => CaStep.Account,
        [_, "account", _, "orders"] => CaStep.Orders,
        [_, "key-change"] => CaStep.KeyChange,
        [_, "new-authz"] => CaStep.NewAuthz,
        [_, "new-order"] => CaStep.NewOrder,
        [_, "order", _] => CaStep.Order,
        [_, "order", _, "finalize"] => CaStep.Finalize,
        [_, "authz", _] => CaStep.Authorization,
        [_, "challenge", _, _] => CaStep.Challenge,
        [_, "certificate", _] or [_, "certificate", _, "alternate"] => CaStep.Certificate,
        [_, "revoke-cert"] => CaStep.RevokeCert,
        [_, "renewal-info", _] => CaStep.RenewalInfo,
        _ => null,
    };

    public string NewNonce()
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        _nonces[nonce] = true;
        return nonce;
    }

    /// <summary>Uses up the nonce of a request that is not looked at any further.</summary>
    public void TakeNonce(byte[] body)
    {
        try
        {
            if (CaJws.Read(body).Nonce is { } nonce) _nonces.TryRemove(nonce, out _);
        }
        catch (CaRefusal)
        {
            // It had none.
        }
    }

    public async Task<CaAnswer> DoAsync(CaStep step, HttpRequest request, byte[] body)
    {
        if (request.Headers.UserAgent.Count == 0 || request.Headers.AcceptLanguage.Count == 0) throw new CaRefusal("malformed", "no User-Agent or no Accept-Language");
        switch (step)
        {
            case CaStep.Directory: return Directory();
            case CaStep.NewNonce: return new CaAnswer(HttpMethods.IsHead(request.Method) ? 200 : 204, "application/json", []);
            case CaStep.RenewalInfo: return RenewalInfo(request.Path.Value!.Split('/')[2]);
        }

        if (!HttpMethods.IsPost(request.Method)) throw new CaRefusal("malformed", "GET of a resource", 405);
        if (request.ContentType != "application/jose+json") throw new CaRefusal("malformed", $"content type {request.ContentType}", 415);
        var jws = CaJws.Read(body);
        var url = $"{Base}{request.Path}{request.QueryString}";
        if (jws.Url != url) throw new CaRefusal("unauthorized", $"the url {jws.Url} is not {url}");
        if (jws.Nonce is not { } nonce || !_nonces.TryRemove(nonce, out _)) throw new CaRefusal("badNonce", "unknown nonce");
        if (jws.Kid is not null == jws.Jwk is not null) throw new CaRefusal("malformed", "exactly one of kid and jwk");
        if (jws.Jwk is { } jwk)
        {
            if (step is not (CaStep.NewAccount or CaStep.RevokeCert)) throw new CaRefusal("malformed", "jwk where kid belongs");
            jws.Verify(jwk);
            lock (_lock) return step == CaStep.NewAccount ? NewAccount(jws, jwk, url) : Revoke(jws, null);
        }

        if (!_accounts.TryGetValue(jws.Kid!, out var account)) throw new CaRefusal("accountDoesNotExist", "unknown account");
        jws.Verify(account.Key);
        if (account.Status != "valid") throw new CaRefusal("unauthorized", "the account is deactivated", 401);
        if (step == CaStep.NewAccount) throw new CaRefusal("malformed", "kid where jwk belongs");
        if (step == CaStep.Challenge && jws.Payload.Length > 0) return await RespondAsync(url, account);
        lock (_lock) return Do(step, url, jws, account);
    }

    private CaAnswer Do(CaStep step, string url, CaJws jws, CaAccount account) => step switch
    {
        CaStep.Account => Update(jws, account, url),
        CaStep.Orders => CaAnswer.Json(new { orders = account.Orders }),
        CaStep.KeyChange => ChangeKey(jws, account, url),
        CaStep.NewAuthz => NewAuthorization(jws, account),
        CaStep.NewOrder => NewOrder(jws, account),
        CaStep.Order => Order(Own(_orders, url, order => order.Account, account), jws),
        CaStep.Finalize => Finalize(Own(_orders, url[..^"/finalize".Length], order => order.Account, account), jws),
        CaStep.Authorization => Authorization(Own(_authorizations, url, authorization => authorization.Account, account), jws),
        CaStep.Challenge => Offer(Find(url, account).Offer),
        CaStep.Certificate => Certificate(url, account),
        CaStep.RevokeCert => Revoke(jws, account),
        _ => throw new CaRefusal("malformed", "no such resource", 404),
    };

    private CaAnswer Directory()
    {
        var meta = new Dictionary<string, object>
        {
            ["termsOfService"] = $"{Base}/terms", ["website"] = "https://ca.example", ["caaIdentities"] = new[] { "ca.example" },
            ["externalAccountRequired"] = options.ExternalAccounts.Count > 0,
        };
        if (options.Profiles.Count > 0) meta["profiles"] = options.Profiles;
        var document = new Dictionary<string, object>
        {
            ["newNonce"] = $"{Base}/new-nonce", ["newAccount"] = $"{Base}/new-account", ["newOrder"] = $"{Base}/new-order", ["newAuthz"] = $"{Base}/new-authz",
            ["revokeCert"] = $"{Base}/revoke-cert", ["keyChange"] = $"{Base}/key-change", ["meta"] = meta, ["x-unknown"] = new { why = "clients must skip it" },
        };
        if (options.RenewalWindow is not null) document["renewalInfo"] = $"{Base}/renewal-info";
        return CaAnswer.Json(document) with { Nonce = false };
    }

    private CaAnswer NewAccount(CaJws jws, JsonElement jwk, string url)
    {
        var payload = Parse(jws);
        var key = CaJws.Thumbprint(jwk);
        if (_accounts.Values.FirstOrDefault(account => CaJws.Thumbprint(account.Key) == key) is { } known) return Show(known) with { Location = known.Url };
        if (Flag(payload, "onlyReturnExisting")) throw new CaRefusal("accountDoesNotExist", "no account has this key");
        if (!Flag(payload, "termsOfServiceAgreed")) throw new CaRefusal("userActionRequired", "the terms were not agreed to", 403);
        var made = new CaAccount($"{Base}/account/{++_number}", jwk.Clone()) { Contacts = Contacts(payload) ?? [] };
        if (options.ExternalAccounts.Count > 0) made.BoundTo = Bound(payload, jwk, url);
        _accounts[made.Url] = made;
        return Show(made) with { Status = 201, Location = made.Url };
    }

    private string Bound(JsonElement payload, JsonElement jwk, string url)
    {
        if (!payload.TryGetProperty("externalAccountBinding", out var binding)) throw new CaRefusal("externalAccountRequired", "bind an external account");
        var jws = CaJws.Read(Encoding.UTF8.GetBytes(binding.GetRawText()));
        if (jws.Nonce is not null || jws.Url != url) throw new CaRefusal("malformed", "the binding has a nonce, or another url");
        if (jws.Kid is not { } id || !options.ExternalAccounts.TryGetValue(id, out var mac) || !jws.IsMacBy(mac)) throw new CaRefusal("unauthorized", "the binding does not verify", 403);
        if (CaJws.Thumbprint(JsonDocument.Parse(jws.Payload).RootElement) != CaJws.Thumbprint(jwk)) throw new CaRefusal("malformed", "the binding is for another key");
        return id;
    }

    private static CaAnswer Update(CaJws jws, CaAccount account, string url)
    {
        if (account.Url != url) throw new CaRefusal("unauthorized", "somebody else's account", 403);
        if (jws.Payload.Length > 0)
        {
            var payload = Parse(jws);
            if (!payload.EnumerateObject().Any()) throw new CaRefusal("malformed", "an empty update; fetching is by POST-as-GET");
            if (Contacts(payload) is { } contacts) account.Contacts = contacts;
            if (payload.TryGetProperty("status", out var status) && status.GetString() == "deactivated") account.Status = "deactivated";
        }

        return Show(account);
    }

    private CaAnswer ChangeKey(CaJws outer, CaAccount account, string url)
    {
        var inner = CaJws.Read(outer.Payload);
        if (inner.Jwk is not { } next || inner.Nonce is not null || inner.Url != url) throw new CaRefusal("malformed", "the inner JWS");
        inner.Verify(next);
        var payload = Parse(inner);
        if (payload.GetProperty("account").GetString() != account.Url || CaJws.Thumbprint(payload.GetProperty("oldKey")) != CaJws.Thumbprint(account.Key))
            throw new CaRefusal("malformed", "the key change is about another account or key");
        if (_accounts.Values.FirstOrDefault(other => CaJws.Thumbprint(other.Key) == CaJws.Thumbprint(next)) is { } taken)
            return CaAnswer.Problem(new CaRefusal("malformed", "an account has that key", 409)) with { Location = taken.Url };
        account.Key = next.Clone();
        return Show(account);
    }

    private CaAnswer NewOrder(CaJws jws, CaAccount account)
    {
        var payload = Parse(jws);
        var identifiers = payload.GetProperty("identifiers").EnumerateArray().Select(IdentifierOf).ToArray();
        if (identifiers.Length == 0) throw new CaRefusal("malformed", "no identifiers");
        if (Text(payload, "profile") is { } profile && !options.Profiles.ContainsKey(profile)) throw new CaRefusal("invalidProfile", $"no profile {profile}");
        if (Text(payload, "replaces") is { } replaced && _orders.Values.Any(other => other.Replaces == replaced && other.Status != "invalid"))
            throw new CaRefusal("alreadyReplaced", "another order has replaced it", 409);
        var order = new CaOrder($"{Base}/order/{++_number}", account, identifiers)
        {
            Made = options.Time.GetUtcNow(), Replaces = Text(payload, "replaces"), Profile = Text(payload, "profile"),
            NotBefore = Text(payload, "notBefore"), NotAfter = Text(payload, "notAfter"),
        };
        foreach (var identifier in identifiers) order.Authorizations.Add(Authorize(account, identifier));
        _orders[order.Url] = order;
        account.Orders.Add(order.Url);
        return Show(order) with { Status = 201, Location = order.Url };
    }

    private CaAnswer NewAuthorization(CaJws jws, CaAccount account)
    {
        var identifier = IdentifierOf(Parse(jws).GetProperty("identifier"));
        if (identifier.Value.StartsWith("*.", StringComparison.Ordinal)) throw new CaRefusal("malformed", "no wildcard ahead of an order");
        var made = Authorize(account, identifier);
        return Show(made) with { Status = 201, Location = made.Url };
    }

    private CaAuthorization Authorize(CaAccount account, (string Type, string Value) identifier)
    {
        var wildcard = identifier.Value.StartsWith("*.", StringComparison.Ordinal);
        var plain = (identifier.Type, Value: wildcard ? identifier.Value[2..] : identifier.Value);
        var old = _authorizations.Values.FirstOrDefault(known => known.Account == account && known.Identifier == plain && known.Wildcard == wildcard && known.Status == "valid");
        if (options.ReuseAuthorizations && old is not null) return old;
        var number = ++_number;
        var made = new CaAuthorization($"{Base}/authz/{number}", account, plain, wildcard);
        foreach (var type in wildcard ? ["dns-01"] : identifier.Type == "ip" ? options.Challenges.Where(offered => offered != "dns-01") : options.Challenges)
            made.Offers.Add(new CaOffer($"{Base}/challenge/{number}/{type}", type, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24))));
        _authorizations[made.Url] = made;
        return made;
    }

    private CaAnswer Order(CaOrder order, CaJws jws)
    {
        MustBeEmpty(jws);
        var shown = Show(order);
        if (order.Processing > 0) order.Processing--;
        return shown;
    }

    private CaAnswer Finalize(CaOrder order, CaJws jws)
    {
        if (order.Status != "ready") throw new CaRefusal("orderNotReady", $"the order is {order.Status}", 403);
        var request = Base64Url.DecodeFromChars(Parse(jws).GetProperty("csr").GetString());
        var (dns, addresses) = CaIssuer.Names(request);
        if (!order.Identifiers.Select(identifier => identifier.Value).ToHashSet().SetEquals(dns.Concat(addresses))) throw new CaRefusal("badCSR", "other names than the order's");
        order.Issued = issuer.Issue(request, options);
        order.Processing = options.ProcessingPolls;
        return Show(order);
    }

    private CaAnswer Authorization(CaAuthorization authorization, CaJws jws)
    {
        if (jws.Payload.Length > 0)
        {
            if (Text(Parse(jws), "status") != "deactivated") throw new CaRefusal("malformed", "only deactivation");
            authorization.Status = "deactivated";
        }

        var shown = Show(authorization);
        if (authorization.Pending > 0) authorization.Pending--;
        return shown;
    }

    private async Task<CaAnswer> RespondAsync(string url, CaAccount account)
    {
        var (authorization, offer) = Find(url, account);
        if (authorization.Pending > 0) throw new CaRefusal("malformed", "the challenge is processing, and was told of before");
        if (authorization.Status != "pending") return Offer(offer);
        var name = authorization.Identifier.Value;
        var answer = $"{offer.Token}.{CaJws.Thumbprint(account.Key)}";
        var wrong = options.Validate is { } validate ? await validate(new CaChallenge(offer.Type, name, offer.Token, answer)) : null;
        lock (_lock)
        {
            offer.Error = wrong;
            offer.Status = wrong is null ? "valid" : "invalid";
            authorization.Pending = options.PendingPolls;
            authorization.Status = offer.Status;
            return Offer(offer);
        }
    }

    private CaAnswer Certificate(string url, CaAccount account)
    {
        var alternate = url.EndsWith("/alternate", StringComparison.Ordinal);
        var own = alternate ? url[..^"/alternate".Length] : url;
        var order = Own(_orders, own.Replace("/certificate/", "/order/"), found => found.Account, account);
        if (order.Issued is not { } issued) throw new CaRefusal("malformed", "no such certificate", 404);
        return new CaAnswer(200, "application/pem-certificate-chain", Encoding.ASCII.GetBytes(alternate ? issued.Alternate : issued.Chain))
        {
            Links = alternate ? [] : [$"<{own}/alternate>;rel=\"alternate\""],
        };
    }

    private CaAnswer Revoke(CaJws jws, CaAccount? account)
    {
        var payload = Parse(jws);
        using var certificate = X509CertificateLoader.LoadCertificate(Base64Url.DecodeFromChars(payload.GetProperty("certificate").GetString()));
        if (account is null)
        {
            // By the certificate's own key: the signature, checked with the jwk, must be of the key in the certificate.
            using var key = certificate.GetECDsaPublicKey();
            var x = key?.ExportParameters(false).Q.X;
            if (x is not null && !Base64Url.DecodeFromChars(jws.Jwk!.Value.GetProperty("x").GetString()).AsSpan().SequenceEqual(x)) throw new CaRefusal("unauthorized", "another key", 403);
        }

        var reason = payload.TryGetProperty("reason", out var code) ? code.GetInt32() : (int?)null;
        if (!_revoked.TryAdd(certificate.SerialNumber, reason)) throw new CaRefusal("alreadyRevoked", "it is revoked");
        return new CaAnswer(200, "application/json", []);
    }

    private CaAnswer RenewalInfo(string certificate)
    {
        if (options.RenewalWindow is not { } window) throw new CaRefusal("malformed", "no renewal information", 404);
        var (start, end) = window(certificate);
        return CaAnswer.Json(new { suggestedWindow = new { start, end }, explanationURL = options.RenewalExplanation }) with { Nonce = false, RetryAfter = options.RenewalRetryAfter };
    }

    private static CaAnswer Show(CaAccount account) =>
        CaAnswer.Json(new { status = account.Status, contact = account.Contacts, termsOfServiceAgreed = true, orders = account.Url + "/orders" });

    private CaAnswer Show(CaOrder order) => CaAnswer.Json(new
    {
        status = order.Status,
        expires = order.Made.AddDays(7),
        identifiers = order.Identifiers.Select(identifier => new { type = identifier.Type, value = identifier.Value }),
        authorizations = order.Authorizations.Select(authorization => authorization.Url),
        finalize = order.Url + "/finalize",
        certificate = order.Status == "valid" ? order.Url.Replace("/order/", "/certificate/") : null,
        notBefore = order.NotBefore,
        notAfter = order.NotAfter,
        replaces = order.Replaces,
        profile = order.Profile,
        error = order.Failure is null ? null : new { type = "urn:ietf:params:acme:error:serverInternal", detail = order.Failure },
    }) with
    {
        RetryAfter = order.Status == "processing" ? options.PollRetryAfter : null,
    };

    private CaAnswer Show(CaAuthorization authorization) => CaAnswer.Json(new
    {
        status = authorization.Pending > 0 ? "pending" : authorization.Status,
        expires = options.Time.GetUtcNow().AddDays(7),
        identifier = new { type = authorization.Identifier.Type, value = authorization.Identifier.Value },
        challenges = authorization.Offers.Select(offer => Shown(offer, authorization.Pending > 0 && offer.Status != "pending" ? "processing" : offer.Status)),
        wildcard = authorization.Wildcard ? true : (bool?)null,
    }) with
    {
        RetryAfter = authorization.Pending > 0 ? options.PollRetryAfter : null,
    };

    private CaAnswer Offer(CaOffer offer) => CaAnswer.Json(Shown(offer, offer.Status));

    private object Shown(CaOffer offer, string status) => new
    {
        type = offer.Type, url = offer.Url, status, token = offer.Token,
        validated = status == "valid" ? options.Time.GetUtcNow() : (DateTimeOffset?)null,
        error = offer.Error is null ? null : new { type = "urn:ietf:params:acme:error:incorrectResponse", detail = offer.Error, status = 403 },
    };

    private (CaAuthorization Authorization, CaOffer Offer) Find(string url, CaAccount account)
    {
        var found = _authorizations.Values.Where(known => known.Account == account).SelectMany(known => known.Offers.Select(offer => (known, offer)))
            .FirstOrDefault(pair => pair.offer.Url == url);
        return found.offer is null ? throw new CaRefusal("malformed", "no such challenge", 404) : found;
    }

    private static T Own<T>(ConcurrentDictionary<string, T> all, string url, Func<T, CaAccount> owner, CaAccount account) =>
        all.TryGetValue(url, out var found) && owner(found) == account ? found : throw new CaRefusal("unauthorized", $"no {url} of yours", 404);

    private static void MustBeEmpty(CaJws jws)
    {
        if (jws.Payload.Length > 0) throw new CaRefusal("malformed", "POST-as-GET has an empty payload");
    }

    private static JsonElement Parse(CaJws jws)
    {
        try
        {
            return JsonDocument.Parse(jws.Payload).RootElement;
        }
        catch (JsonException e)
        {
            throw new CaRefusal("malformed", e.Message);
        }
    }

    private static (string Type, string Value) IdentifierOf(JsonElement json)
    {
        var (type, value) = (json.GetProperty("type").GetString()!, json.GetProperty("value").GetString()!);
        if (type is not ("dns" or "ip")) throw new CaRefusal("unsupportedIdentifier", type);
        return !value.Any(char.IsAsciiLetterUpper) ? (type, value) : throw new CaRefusal("rejectedIdentifier", $"{value} is not lower case");
    }

    private static string[]? Contacts(JsonElement payload) => payload.TryGetProperty("contact", out var list) ? [.. list.EnumerateArray().Select(contact => contact.GetString()!)] : null;

    private static bool Flag(JsonElement payload, string name) => payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement payload, string name) => payload.TryGetProperty(name, out var value) ? value.GetString() : null;
}
