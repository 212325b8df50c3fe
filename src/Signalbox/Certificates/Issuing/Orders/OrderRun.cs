using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Chains;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Orders;

/// <summary>
/// One order, from the wish to the certificate. Each step is written down before or as it is taken, so that a crash at any point is gone on from:
/// <list type="number">
/// <item>the order's record and what it costs of the CA's limits, before the CA is asked; its URL, as soon as the CA told it;</item>
/// <item>each authorization that is not valid yet: an answer is shown, the CA told to look, and waited for;</item>
/// <item>the key, in a file, before the CA is sent the request made with it;</item>
/// <item>the certificate, looked at, handed to the caller, who keeps it and removes record and key file only then (<see cref="OrderArchive.EndAsync"/>).</item>
/// </list>
/// An order found open is asked for at the CA first and continued wherever it stands there.
/// </summary>
internal sealed class OrderRun(Ca ca, ChallengeDesk desk, OrderArchive archive, TimeProvider time)
{
    /// <summary>It does not end by itself. Once a day costs nothing, and is soon enough for whoever has ended it and asked for no renewal.</summary>
    private static readonly TimeSpan PauseIsLookedAtAfter = TimeSpan.FromDays(1);

    /// <summary>
    /// So long an order outlives answers that are not the CA's: a machine in between that blocks or has no way passes by, mostly. Not for good, as a CA may have nothing else to say of an
    /// order it has lost; by then the name has been tried some eight times.
    /// </summary>
    private static readonly TimeSpan LongestUnclear = TimeSpan.FromHours(1);

    public Patience Patience { get; init; } = Patience.Default;

    /// <summary>Told where the order is, for people.</summary>
    public Action<OrderPhase> Report { get; init; } = _ => { };

    /// <summary>Runs it to its end or to what stands in its way. Cancelled, it leaves everything as it is for the next start.</summary>
    public async Task<OrderResult<Issued>> RunAsync(OrderWish wish, CancellationToken stop)
    {
        Report(OrderPhase.Ordering);
        var account = await ca.AccountAsync(stop);
        if (!account.Succeeded) return await ToldAsync(account.Failure, wish);
        var begun = await BeginAsync(wish, account.Value, stop);
        if (!begun.Succeeded) return await ToldAsync(begun.Failure, wish);
        var result = await FollowAsync(wish, begun.Value, stop);
        if (result.Succeeded) return result;

        // What cannot be ended now is found to have ended by the next try.
        var failure = await StandingAsync(begun.Value.Record, result.Failure);
        if (!failure.KeepsOrder) await archive.EndAsync(begun.Value.Record);
        return await ToldAsync(failure with { IsMissed = failure.IsMissed && begun.Value.IsFound }, wish);
    }

    /// <summary>The failure with what it means for the order: an answer that is not the CA's says nothing of it, so it stands.</summary>
    private async ValueTask<OrderFailure> StandingAsync(OrderRecord record, OrderFailure failure)
    {
        if (failure is not { KeepsOrder: false, Answer.IsNotOfTheCa: true }) return failure;
        var now = time.GetUtcNow();
        if (record.UnclearSince is null) await archive.PutAsync(record with { UnclearSince = now });

        // Either way: by a clock that was set back it would be unclear for years.
        return (now - (record.UnclearSince ?? now)).Duration() < LongestUnclear ? failure with { KeepsOrder = true } : failure;
    }

    private async Task<OrderResult<Begun>> BeginAsync(OrderWish wish, AcmeIdentity account, CancellationToken stop)
    {
        foreach (var open in archive.Open.At(ca.Directory, wish.Name.Value))
        {
            if (open.Url is { } url)
            {
                var known = await ca.Client.Orders.FetchAsync(account, url, stop);

                // One that failed is told as the failure it is; one that ran out has not failed.
                if (known.Succeeded && !(known.Value is { Status: OrderStatus.Invalid, Expires: { } end } && end <= time.GetUtcNow())) return new Begun(open, known.Value, account) { IsFound = true };
                // Not reached is not gone: it is asked for again with the next try, and no second one is begun.
                if (!known.Succeeded && await StandingAsync(open, OrderFailure.Of(known.Failure, wish.Name.Value) with { KeepsOrder = known.Failure.MayPass }) is { KeepsOrder: true } standing) return standing;
            }

            if (await archive.EndAsync(open) is { } trouble) return OrderFailure.Of(trouble);
        }

        var placed = await PlaceAsync(wish, account, stop);
        if (placed.Succeeded || placed.Failure.Answer?.Is(AcmeProblemType.AccountDoesNotExist) != true) return placed;

        // RFC 8555 7.3.1 lets the same key have an account again: the CA was set up anew, or has forgotten us. The new account has requested no certificate that could be replaced.
        await ca.State.ForgetAsync(account);
        var made = await ca.AccountAsync(stop);
        return made.Succeeded ? await PlaceAsync(wish with { Replaces = null }, made.Value, stop) : made.Failure;
    }

    private async Task<OrderResult<Begun>> PlaceAsync(OrderWish wish, AcmeIdentity account, CancellationToken stop)
    {
        var record = new OrderRecord(Guid.NewGuid().ToString("N"), wish.Names, ca.Directory, time.GetUtcNow()) { Staging = ca.IsStaging };
        if (await ca.State.SpendAsync(record, wish.KindAt(time.GetUtcNow()), ca.Settings) is { } held) return held;
        archive.Open.Put(record);
        var placed = await ca.Client.Orders.CreateAsync(account, new NewOrder([wish.Name]) { Replaces = wish.Replaces, Profile = ca.Settings.Profile }, stop);
        if (placed.Succeeded)
        {
            record = record with { Url = placed.Value.Url };

            // An order whose URL cannot be written down is not lost while the program runs; only a crash would cost it now.
            return await archive.PutAsync(record) is { } problem ? OrderFailure.Of(problem) with { KeepsOrder = true } : new Begun(record, placed.Value, account);
        }

        await archive.EndAsync(record);

        // RFC 9773 5: another order may have replaced the certificate already ("alreadyReplaced"). The CA may also not know it, or know it as another account's, and says so by no
        // type of its own. Then this is a renewal like any other: what is to be replaced never keeps a name from its certificate.
        return wish.Replaces is not null && IsOfTheOrder(placed.Failure) ? await PlaceAsync(wish with { Replaces = null }, account, stop) : Placeless(placed.Failure, wish);
    }

    /// <summary>True when the CA has refused this very order; not when it cannot or will not take any at present, and not when it does not know us.</summary>
    private static bool IsOfTheOrder(AcmeFailure failure) =>
        failure is { Kind: AcmeFailureKind.Refused, MayPass: false, IsPaused: false } && !failure.Is(AcmeProblemType.AccountDoesNotExist);

    private async Task<OrderResult<Issued>> FollowAsync(OrderWish wish, Begun begun, CancellationToken stop)
    {
        var (record, order, account) = begun;
        string? worked = null;
        if (order.Status == OrderStatus.Invalid) return await LookBackAsync(wish, order, account, stop);
        if (order.Status == OrderStatus.Pending)
        {
            Report(OrderPhase.Validating);

            // RFC 8555 7.1.3: all of them must be valid, in any order; they are shown side by side.
            var shown = await Task.WhenAll(order.Authorizations.Select(url => AuthorizeAsync(wish, account, url, stop)));
            if (shown.FirstOrDefault(one => !one.Succeeded) is { Failure: { } failure }) return failure;
            worked = shown.Select(one => one.Value).FirstOrDefault(type => type is { Length: > 0 });
        }

        Report(OrderPhase.Finalizing);
        var key = OrderKey(record);
        if (!key.Succeeded) return OrderFailure.Of(key.Problem) with { KeepsOrder = true };
        using var made = key.Value;
        var done = await FinalizeAsync(wish, order, account, made, stop);
        return done.Succeeded ? await DownloadAsync(wish, record, done.Value, (account, made), worked, stop) : done.Failure;
    }

    /// <summary>The type of the challenge that was answered; empty when the authorization was valid before.</summary>
    private async Task<OrderResult<string>> AuthorizeAsync(OrderWish wish, AcmeIdentity account, Uri url, CancellationToken stop)
    {
        var fetched = await ca.Client.Authorizations.FetchAsync(account, url, stop);
        if (!fetched.Succeeded) return OrderFailure.Of(fetched.Failure, wish.Name.Value) with { KeepsOrder = fetched.Failure.MayPass };
        var authorization = fetched.Value;
        if (authorization.Status == AuthorizationStatus.Valid) return "";
        if (authorization.Status != AuthorizationStatus.Pending) return await FoundFailedAsync(wish, authorization);
        var shown = await desk.ShowAsync(authorization, account, wish, ca.Settings.Challenges, waits => Report(waits ? OrderPhase.Waiting : OrderPhase.Validating), stop);
        if (!shown.Succeeded) return shown.Failure;
        await using var answer = shown.Value.Answer;
        var type = shown.Value.Challenge.Type;

        // RFC 8555 7.1.6: what the CA was told of before is "processing", and telling it again would be refused.
        var wasTold = shown.Value.Challenge.Status == ChallengeStatus.Processing;
        var told = wasTold ? shown.Value.Challenge : await ca.Client.Challenges.RespondAsync(account, shown.Value.Challenge, stop);
        if (Ending(told.Failure, wish) is { } untellable) return untellable with { Challenge = type };
        var isTold = told.Failure?.Kind != AcmeFailureKind.Unreachable;
        var started = time.GetTimestamp();
        var asked = told.Value?.RetryAt;
        for (var looks = 1; ; looks++)
        {
            await Task.Delay(Patience.Wait(looks, asked, time.GetUtcNow()), time, stop);
            fetched = await ca.Client.Authorizations.FetchAsync(account, url, stop);

            // What may never have come to the CA is told again while it has the challenge as it was. Any answer means that it has heard.
            if (!isTold && fetched.Value?.Challenges.FirstOrDefault(one => one.Url == shown.Value.Challenge.Url) is { Status: ChallengeStatus.Pending } untold)
                isTold = (await ca.Client.Challenges.RespondAsync(account, untold, stop)).Failure?.Kind != AcmeFailureKind.Unreachable;
            if (fetched is { Succeeded: true, Value.Status: AuthorizationStatus.Valid }) return type;
            if (fetched is { Succeeded: true, Value.Status: not AuthorizationStatus.Pending }) return wasTold ? await FoundFailedAsync(wish, fetched.Value) : await FailedAsync(wish, fetched.Value, type);
            if (Ending(fetched.Failure, wish) is { } failure) return failure;
            asked = fetched.Value?.RetryAt ?? fetched.Failure?.RetryAt;
            if (time.GetElapsedTime(started) > Patience.InAll) return Slow(wish, "has not looked at the name yet") with { Challenge = type };
        }
    }

    /// <summary>
    /// Sends the request made with the key, and looks at the order until it is valid. RFC 8555 7.1.6: "Once all of the authorizations listed in the order object are in
    /// the "valid" state, the order transitions to the "ready" state." So it is not looked at first. A CA that takes its time over that says so (7.4: orderNotReady), and an
    /// answer that did not come may have been a yes: the order itself tells. Whenever it is found ready, the CA has no request yet, and is sent it again.
    /// </summary>
    private async Task<OrderResult<Order>> FinalizeAsync(OrderWish wish, Order order, AcmeIdentity account, AcmeKey key, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var isReady = order.Status is OrderStatus.Pending or OrderStatus.Ready;
        var asked = order.RetryAt;
        for (var looks = 1; ; looks++)
        {
            if (isReady)
            {
                var finalized = await ca.Client.Orders.FinalizeAsync(account, order, SigningRequest.Create(key, [wish.Name]), stop);
                if (finalized.Succeeded) order = finalized.Value;
                else if (!finalized.Failure.Is(AcmeProblemType.OrderNotReady) && Ending(finalized.Failure, wish) is { } refused) return refused;
                asked = finalized.Value?.RetryAt ?? finalized.Failure?.RetryAt;
            }

            if (order.Status == OrderStatus.Valid) return order;
            if (order.Status == OrderStatus.Invalid) return GivenUp(wish, order);
            if (time.GetElapsedTime(started) > Patience.InAll) return Slow(wish, $"has the order as {order.Status.ToString().ToLowerInvariant()}");

            // The first look at an order that is not being worked on is at once: what the CA says of it may be older than what it did since.
            if (looks > 1 || order.Status == OrderStatus.Processing || asked is not null) await Task.Delay(Patience.Wait(looks, asked, time.GetUtcNow()), time, stop);
            var fetched = await ca.Client.Orders.FetchAsync(account, order.Url, stop);
            if (Ending(fetched.Failure, wish) is { } failure) return failure;
            order = fetched.Value ?? order;
            asked = fetched.Value?.RetryAt ?? fetched.Failure?.RetryAt;
            isReady = fetched is { Succeeded: true, Value.Status: OrderStatus.Ready };
        }
    }

    private async Task<OrderResult<Issued>> DownloadAsync(OrderWish wish, OrderRecord record, Order order, (AcmeIdentity Account, AcmeKey Key) signed, string? worked, CancellationToken stop)
    {
        if (order.Certificate is not { } url) return OrderFailure.Of(new Problem(ProblemType.AcmeNotUnderstood, ProblemSide.System, wish.Name.Value, $"{ca.Settings.Name} says that the certificate is there, and not where.", Retry: true));
        var downloaded = await ca.Client.Certificates.DownloadPreferredAsync(signed.Account, url, ca.Settings.PreferredChain, stop);
        if (!downloaded.Succeeded) return OrderFailure.Of(downloaded.Failure, wish.Name.Value) with { KeepsOrder = downloaded.Failure.MayPass };
        using var chain = downloaded.Value;
        if (ChainCheck.Find(chain, signed.Key, [wish.Name], time.GetUtcNow()) is { } fault)
            return OrderFailure.Of(new Problem(ProblemType.AcmeNotUnderstood, ProblemSide.System, wish.Name.Value, $"What {ca.Settings.Name} issued cannot be used: {fault}", "Nothing in use was changed.", Retry: true));
        return new Issued(HeldCertificate.Of(chain, signed.Key), record, worked);
    }

    /// <summary>The key of this order: the one made before a crash, or a new one, written down before anybody sees its public half.</summary>
    private Outcome<AcmeKey> OrderKey(OrderRecord record)
    {
        var path = archive.KeyPath(record);
        if (KeyFile.Read(path) is { } read) return read;
        var key = AcmeKey.Generate(ca.Settings.Key);
        return CertificateShelf.Write(path, key.ToPem()) is { } problem ? problem : key;
    }

    /// <summary>What the CA said of when to come back is obeyed across restarts, so it is written down.</summary>
    private async ValueTask<OrderFailure> ToldAsync(OrderFailure failure, OrderWish wish)
    {
        if (failure is { IsPause: false, RetryAt: { } until } && failure.Answer is { } answer) await ca.State.HoldAsync(wish.Names, $"{answer.What} {answer.Help}", until);
        return failure;
    }

    /// <summary>A pause is no limit of the account: it is the name's alone, and whoever has ended it need not wait for us.</summary>
    private OrderFailure Placeless(AcmeFailure failure, OrderWish wish)
    {
        var placeless = OrderFailure.Of(failure, wish.Name.Value);
        return failure.IsPaused ? placeless with { RetryAt = time.GetUtcNow() + PauseIsLookedAtAfter, IsPause = true } : placeless;
    }

    /// <summary>
    /// Why an order has failed while nobody of ours was looking, such as over a restart. The CA counts a validation that failed then like any other, so the name's try is over: another
    /// order at each start would use up its limits. When there is another is for the caller to say.
    /// </summary>
    private async Task<OrderFailure> LookBackAsync(OrderWish wish, Order order, AcmeIdentity account, CancellationToken stop)
    {
        foreach (var url in order.Authorizations)
        {
            var fetched = await ca.Client.Authorizations.FetchAsync(account, url, stop);
            if (fetched.Value is { Status: AuthorizationStatus.Invalid } failed) return await FoundFailedAsync(wish, failed);
            if (fetched.Failure is { } failure && (failure.MayPass || failure.IsNotOfTheCa)) return OrderFailure.Of(failure, wish.Name.Value) with { KeepsOrder = failure.MayPass };
        }

        return GivenUp(wish, order);
    }

    /// <summary>The same, of a look that began before this try. It says nothing of the challenge: our answer may not have been shown while the CA looked, such as over a restart.</summary>
    private async Task<OrderFailure> FoundFailedAsync(OrderWish wish, Authorization authorization) => (await FailedAsync(wish, authorization, null)) with { Challenge = null, IsMissed = true };

    /// <summary>An authorization that came to nothing. A validation that failed is counted, whoever finds it so: twice after a crash in between, and never not at all.</summary>
    private async Task<OrderFailure> FailedAsync(OrderWish wish, Authorization authorization, string? type)
    {
        if (authorization.Status == AuthorizationStatus.Invalid) await ca.State.FailedAsync(wish.Name.Value, ca.Settings.Limits);
        return Refused(wish, authorization, type);
    }

    private OrderFailure GivenUp(OrderWish wish, Order order) =>
        OrderFailure.Of(new Problem(ProblemType.AcmeRefused, ProblemSide.Request, wish.Name.Value, $"{ca.Settings.Name} gave the order up: {order.Error?.ToString() ?? "it did not say why"}", Retry: true));

    private OrderFailure Refused(OrderWish wish, Authorization authorization, string? type)
    {
        var failed = authorization.Challenges.FirstOrDefault(challenge => challenge.Error is not null);
        var reason = failed?.Error?.ToString() ?? $"the authorization is {authorization.Status.ToString().ToLowerInvariant()}";
        return OrderFailure.Of(new Problem(ProblemType.AcmeRefused, ProblemSide.Request, wish.Name.Value, $"{ca.Settings.Name} could not validate the name by {failed?.Type ?? type ?? "any challenge"}: {reason}",
            (failed?.Type ?? type) switch
            {
                ChallengeType.Http => "The CA comes in on port 80 of the name's addresses: look where they lead, and whether it can.",
                ChallengeType.TlsAlpn => "The CA comes in on port 443 of the name's addresses, without anything that ends TLS on the way: look where they lead, and whether it can.",
                ChallengeType.Dns => $"The CA asks the name's zone for TXT at {KeyAuthorization.DnsLabel}.{wish.Name.Base}: look whether all of its servers show the value.",
                _ => "Look where the name leads, and whether the CA can come in there.",
            }, Retry: true)) with
        { Challenge = failed?.Type ?? type };
    }

    /// <summary>
    /// What a failure in the middle of an order means for this try: none, where it is waited for and asked again; the end of the order; or the end of the try alone, when the CA
    /// wants to be left alone for longer than a try waits.
    /// </summary>
    private OrderFailure? Ending(AcmeFailure? failure, OrderWish wish)
    {
        if (failure is null) return null;
        if (!failure.MayPass) return OrderFailure.Of(failure, wish.Name.Value);
        return failure.RetryAt - time.GetUtcNow() > Patience.LongestAsked ? OrderFailure.Of(failure, wish.Name.Value) with { KeepsOrder = true } : null;
    }

    private OrderFailure Slow(OrderWish wish, string what) =>
        OrderFailure.Of(new Problem(ProblemType.AcmeUnreachable, ProblemSide.System, wish.Name.Value, $"{ca.Settings.Name} {what} after {Patience.InAll.TotalMinutes:0} minutes.", "The order stands and is looked at again.", Retry: true))
        with
        { KeepsOrder = true };
}

/// <summary>An order that stands at the CA, as it was written down and as the CA has it.</summary>
internal sealed record Begun(OrderRecord Record, Order Order, AcmeIdentity Account)
{
    /// <summary>True when an earlier try placed it, maybe that of a daemon which is no more.</summary>
    public bool IsFound { get; init; }
}

/// <summary>A certificate that has come, and the order it came of.</summary>
/// <param name="Certificate">With the order's key.</param>
/// <param name="Order">To be ended once the certificate is kept.</param>
/// <param name="Challenge">The challenge that was answered; null when none had to be.</param>
internal sealed record Issued(HeldCertificate Certificate, OrderRecord Order, string? Challenge);
