import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/** Starts a node of a cluster: a folder, the classes of its plugins behind "+", and settings as name=value. */
public final class Launch extends Node {

    // What the collection holds differs: classes up to 2.x, descriptions from 3.0 on.
    @SuppressWarnings({"rawtypes", "unchecked"})
    private Launch(Path home, Settings settings, Collection plugins) {
        super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> "node"),
              plugins, true);
    }

    private static Object plugin(String name) throws ClassNotFoundException {
        if (Version.CURRENT.major < 3) {
            return Class.forName(name);
        }
        return new PluginInfo(name, name, "1", Version.CURRENT, "21", name, null, List.of(), false);
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]).toAbsolutePath();
        Files.createDirectories(home.resolve("config"));
        Settings.Builder settings = Settings.builder().put("path.home", home.toString());
        List<Object> plugins = new ArrayList<>();
        for (int at = 1; at < arguments.length; at++) {
            String argument = arguments[at];
            if (argument.startsWith("+")) {
                plugins.add(plugin(argument.substring(1)));
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
