import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;

/** Starts a node of a cluster: a folder, the classes of its plugins behind "+", and settings as name=value. */
public final class Launch extends Node {

    private Launch(Path home, Settings settings, List<Class<? extends Plugin>> plugins) {
        super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> "node"),
              plugins, true);
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]).toAbsolutePath();
        Files.createDirectories(home.resolve("config"));
        Settings.Builder settings = Settings.builder().put("path.home", home.toString());
        List<Class<? extends Plugin>> plugins = new ArrayList<>();
        for (int at = 1; at < arguments.length; at++) {
            String argument = arguments[at];
            if (argument.startsWith("+")) {
                plugins.add(Class.forName(argument.substring(1)).asSubclass(Plugin.class));
            } else {
                int sign = argument.indexOf('=');
                settings.put(argument.substring(0, sign), argument.substring(sign + 1));
            }
        }
        Launch node = new Launch(home, settings.build(), plugins);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (Exception failure) {
                failure.printStackTrace();
            }
            stopped.countDown();
        }));
        node.start();
        stopped.await();
    }
}
