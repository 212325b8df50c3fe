using System.Globalization;
using Signalbox.Benchmarks;
using Signalbox.EndToEnd.Support;

var count = args.Length > 0 ? int.Parse(args[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : 100_000;
var figures = new List<Figure>();
await using var backend = await EchoBackend.StartAsync("bench");

// 1. A daemon with nothing to carry.
long empty;
await using (var home = new Home())
{
    var daemon = await home.UpAsync();
    await Measurements.LeasesAsync(home, backend.Target);
    figures.Add(new Figure("lease request to proved, no other routes", Figure.Of(await Measurements.LeasesAsync(home, backend.Target)), "50 ms"));
    await daemon.StopAsync();
    daemon = await home.UpAsync();
    empty = Measurements.OwnMemory(daemon.Id);
}

// 2. The same with all the routes.
await using (var home = new Home())
{
    await StoredRoutes.WriteAsync(home.Layout, count, backend.Target);
    figures.Add(new Figure($"start to first answer, {count:n0} routes stored", Figure.Of(await Measurements.StartsAsync(home, StoredRoutes.Host(count - 1))), "3,000 ms"));
    var daemon = await home.UpAsync();
    figures.Add(new Figure("all routes proved again after a start", $"{await Measurements.ProvedAsync(home):0} s", "-"));
    figures.Add(new Figure("memory a route", $"{(Measurements.OwnMemory(daemon.Id) - empty) / (double)count:n0} bytes", "2,048 bytes"));
    await Measurements.LookUpsAsync(home, StoredRoutes.Host(0), StoredRoutes.Host(count - 1));
    var (first, last) = await Measurements.LookUpsAsync(home, StoredRoutes.Host(0), StoredRoutes.Host(count - 1));
    figures.Add(new Figure("request answered by the router, first route", Figure.Of(first), "as the last"));
    figures.Add(new Figure("request answered by the router, last route", Figure.Of(last), "as the first"));
    await Measurements.ChangesAsync(home, backend.Target);
    var (seen, live) = await Measurements.ChangesAsync(home, backend.Target);
    figures.Add(new Figure("one change until a client sees it", Figure.Of(seen), "5 ms"));
    figures.Add(new Figure("one change until it is proved", Figure.Of(live), "-"));
    figures.Add(new Figure("lease request to proved", Figure.Of(await Measurements.LeasesAsync(home, backend.Target)), "50 ms"));
}

var widest = figures.Max(figure => figure.What.Length);
Console.WriteLine($"{"".PadRight(widest)}   {"median, and what 99 of 100 keep",-34}   wanted at most");
foreach (var figure in figures) Console.WriteLine($"{figure.What.PadRight(widest)}   {figure.Value,-34}   {figure.Wanted}");
