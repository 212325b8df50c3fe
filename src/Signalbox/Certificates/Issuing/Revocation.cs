using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>
/// Has a CA revoke a certificate, by the account that ordered it, else by the certificate's own key (RFC 8555 7.6). A crash at any point ends right:
/// <list type="number">
/// <item>the wish is written down before the CA is asked: the next start asks again, and a CA that had said yes says so once more;</item>
/// <item>the file goes before the index: a valid file without an entry would be taken in again as one that the index has lost;</item>
/// <item>the entry and the wish go in one transaction.</item>
/// </list>
/// </summary>
internal sealed class Revocation(Issuers issuers, AttemptGround ground)
{
    /// <summary>Null when the CA has revoked it and it is out of the index. Otherwise it is as it was; what was not answered may be asked for again.</summary>
    /// <param name="wish">What is to be revoked, and why.</param>
    /// <param name="state">Its name, with the certificate.</param>
    /// <param name="again">True when the wish was found written down.</param>
    /// <param name="stop">Leaves the wish for the next start.</param>
    public async Task<Problem?> RunAsync(RevocationRecord wish, NameState state, bool again, CancellationToken stop)
    {
        var (name, certificate) = (wish.Name, state.Certificate!);
        if (await ground.Store.CommitAsync(IssuingStore.Put(wish)) is { } full) return full;
        var held = ground.Shelf.Read(name);

        // Found written down and without its file: the CA had said yes, or the file would be there.
        if ((held.Succeeded || !again) && await AskAsync(wish, certificate, held, stop) is { } refused)
        {
            await ground.Store.CommitAsync(IssuingStore.Remove(wish));
            return refused;
        }

        ground.Shelf.Discard(name);
        if (ground.Shelf.Find(name) is not null)
        {
            return new Problem(ProblemType.HomeUnusable, ProblemSide.System, name, "The CA has revoked the certificate, but its file cannot be removed, so it is still in use.",
                "Give this user the right to remove files in certificates/public in the home, then repeat the command.", Retry: true);
        }

        return await ground.Store.CommitAsync(IssuingStore.Remove(certificate), IssuingStore.Put(Fresh(state.Known)), IssuingStore.Remove(wish));
    }

    /// <summary>What past tries have taught of the way to the name stays; that they failed says nothing of the next order.</summary>
    public static NameRecord Fresh(NameRecord known) => new(known.Name) { Challenge = known.Challenge };

    private async Task<Problem?> AskAsync(RevocationRecord wish, CertificateRecord certificate, Outcome<HeldCertificate> held, CancellationToken stop)
    {
        if (!held.Succeeded) return held.Problem;
        if (issuers.Of(certificate) is not { } ca)
        {
            if (certificate.Issuer.Length == 0)
            {
                return new Problem(ProblemType.InvalidConfig, ProblemSide.Request, wish.Name, $"Which issuer the certificate is from is not known: its entry in the index was lost. It was signed by “{certificate.SignedBy}”.",
                    "Have that issuer as the only one under certificates.issuers until the certificate is revoked.");
            }

            return new Problem(ProblemType.InvalidConfig, ProblemSide.Request, wish.Name, $"The issuer “{certificate.Issuer}”, which the certificate is from, is not in the config any more.",
                "Put it back under certificates.issuers until the certificate is revoked.");
        }

        var leaf = held.Value.Server.Leaf;
        var account = await ca.AccountAsync(stop);
        var first = account.Failure;
        if (account.Succeeded)
        {
            var byAccount = await ca.Client.Revocations.RevokeAsync(account.Value, leaf, wish.Reason, stop);
            if (byAccount.Succeeded) return null;
            first = OrderFailure.Of(byAccount.Failure, wish.Name);
            if (byAccount.Failure.MayPass) return Again(first.Problem);
        }

        // RFC 8555 7.6: the key of the certificate will do as well, whoever's the account is.
        var key = AcmeKey.FromPem(wish.Name, held.Value.Pem);
        if (!key.Succeeded) return first!.Problem;
        using var own = key.Value;
        var byKey = await ca.Client.Revocations.RevokeAsync(own, leaf, wish.Reason, stop);
        return byKey.Succeeded ? null : byKey.Failure.MayPass ? Again(byKey.Failure.ToProblem(wish.Name)) : first!.Problem;
    }

    private static Problem Again(Problem problem) => problem with { Advice = "Repeat the command later: where the CA has revoked it already, it says so, and that is as good.", Retry = true };
}
