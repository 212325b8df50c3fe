using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Signalbox.Proxy.Transport;

/// <summary>
/// What the server looks up by type, its pools of memory above all. The framework offers to register it only to a web host under construction, so this stands in for one
/// and gathers the registrations.
/// </summary>
internal sealed class ServerServices : IWebHostBuilder
{
    private readonly ServiceCollection _services = [];

    public static ServiceProvider Build(ILoggerFactory logs)
    {
        var gathered = new ServerServices();
        gathered.UseKestrelCore();
        gathered._services.AddSingleton(logs);
        return gathered._services.AddLogging().AddMetrics().BuildServiceProvider();
    }

    public IWebHostBuilder ConfigureServices(Action<IServiceCollection> configureServices)
    {
        configureServices(_services);
        return this;
    }

    public IWebHostBuilder ConfigureServices(Action<WebHostBuilderContext, IServiceCollection> configureServices)
    {
        configureServices(new WebHostBuilderContext(), _services);
        return this;
    }

    public IWebHostBuilder ConfigureAppConfiguration(Action<WebHostBuilderContext, IConfigurationBuilder> configureDelegate) => this;

    public string? GetSetting(string key) => null;

    public IWebHostBuilder UseSetting(string key, string? value) => this;

#pragma warning disable ASPDEPR008 // The interface has it.
    public IWebHost Build() => throw new NotSupportedException("This gathers services and makes no host.");
#pragma warning restore ASPDEPR008
}
