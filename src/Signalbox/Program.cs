return await Signalbox.Cli.CommandLine.RunAsync(args);
