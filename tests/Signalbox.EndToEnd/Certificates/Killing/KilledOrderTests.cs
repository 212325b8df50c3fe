using System.Collections.Concurrent;

namespace Signalbox.EndToEnd.Certificates.Killing;

/// <summary>
/// kill -9 at every exact place of an order, of a first one and of a renewal by hand: wherever each of its requests and answers can be. The name ends issued, by one order more at
/// most, and that only where it cannot be helped; no key is lost, and none is left; what is in use stays so until its successor is there.
/// </summary>
public sealed class KilledOrderTests
{
    /// <summary>Places that are tried side by side: much of an order is waiting, so that three keep two cores busy.</summary>
    private const int AtOnce = 3;

    [Fact]
    public async Task FirstOrder_KilledAtEachPlace_EndsIssued()
    {
        var places = OrderPlace.Of(await RehearseAsync(async site =>
        {
            await site.UpAsync();
            site.Open();
            await site.EndedAsync();
        }));

        // Directory, nonce, account, order, authorization, challenge, authorization, finalization, order, certificate; before, after and beyond each answer.
        places.Count.ShouldBeGreaterThanOrEqualTo(10 * 3);
        await AtEachAsync(places.Select(place => new[] { place }), async (site, place) =>
        {
            await site.UpAsync();
            (await site.KillAsync(place)).ShouldBeTrue();
            await site.UpAsync();
            site.Open();
            await site.EndedAsync();
            await site.CheckAsync(0, place.MostOrders);
        });
    }

    [Fact]
    public async Task Renewal_KilledAtEachPlace_KeepsTheFormerInUseAndEndsRenewed()
    {
        var places = OrderPlace.Of(await RehearseAsync(async site =>
        {
            await IssueAsync(site);
            do
            {
                await site.UpAsync();
                site.Open();
                (await site.RenewAsync()).ShouldBeTrue();
            }
            while (!IsWhole(site.Steps));
        }));

        // The same without an account.
        places.Count.ShouldBeGreaterThanOrEqualTo(9 * 3);
        await AtEachAsync(places.Chunk((places.Count + AtOnce - 1) / AtOnce), async (site, place) =>
        {
            if (site.Orders == 0) await IssueAsync(site);

            var (former, orders) = await BreakRenewalAsync(site, place);
            await site.UpAsync();

            // Nothing has passed to the CA since. Only one that had the whole answer may have put it in its place.
            var shown = await site.ShownAsync();
            if (!place.MayBeTheLast) shown.ShouldBe(former);
            site.Open();
            await site.EndedAsync(former);
            await site.CheckAsync(orders, place.MostOrders);
        });
    }

    /// <summary>Has a renewal broken off at this place, by a daemon that has just been started and so has the directory and a nonce to ask for, too.</summary>
    /// <returns>The serial number of the certificate in use, and the orders there were.</returns>
    private static async Task<(string Former, int Orders)> BreakRenewalAsync(KilledSite site, OrderPlace place)
    {
        while (true)
        {
            await site.UpAsync();
            var (former, orders) = (await site.ShownAsync(), site.Orders);
            var killed = site.KillAsync(place);
            var isRenewed = await site.RenewAsync();
            site.Close();
            if (await killed) return (former, orders);

            // An order in which the place could not be; another is made.
            isRenewed.ShouldBeTrue();
            IsWhole(site.Steps).ShouldBeFalse($"{place} was not reached");
        }
    }

    /// <summary>False for an order whose name was authorized already: Pebble has one in a hundred so where it is told to have none.</summary>
    private static bool IsWhole(IEnumerable<OrderStep> steps) => steps.Any(step => step.IsChallenge);

    private static async Task IssueAsync(KilledSite site)
    {
        await site.UpAsync();
        site.Open();
        await site.EndedAsync();
    }

    /// <summary>The steps of an order with nothing in its way: the places follow the code.</summary>
    private static async Task<IReadOnlyList<OrderStep>> RehearseAsync(Func<KilledSite, Task> rehearsal)
    {
        await using var site = await KilledSite.StartAsync();
        await rehearsal(site);
        return site.Steps;
    }

    /// <summary>Goes through groups of places side by side, each group at a home and a CA of its own, and tells of all places that failed.</summary>
    private static async Task AtEachAsync(IEnumerable<OrderPlace[]> groups, Func<KilledSite, OrderPlace, Task> test)
    {
        var failures = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(groups, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (places, _) =>
        {
            await using var site = await KilledSite.StartAsync();
            foreach (var place in places)
            {
                try
                {
                    await test(site, place);
                }
                catch (Exception e)
                {
                    // What it left is no ground for the others of the group.
                    failures.Enqueue($"killed at {place}: {e}\n{site.Transcript}");
                    break;
                }
            }
        });
        failures.ShouldBeEmpty();
    }
}
