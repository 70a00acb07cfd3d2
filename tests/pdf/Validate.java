import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Reads file names from standard input, one a line, and validates each as PDF/A-3a and as PDF/UA-1.
 * Prints one line per file and standard: file, standard, "passed" or "failed", and the rules broken, between tabs.
 */
public class Validate {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader names = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String name = names.readLine(); name != null; name = names.readLine()) {
            for (PDFAFlavour standard : new PDFAFlavour[] {PDFAFlavour.PDFA_3_A, PDFAFlavour.PDFUA_1}) {
                System.out.println(name + "\t" + standard.getId() + "\t" + verdict(name, standard));
            }
        }
    }

    private static String verdict(String name, PDFAFlavour standard) {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(name), standard);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(standard, false)) {
            ValidationResult result = validator.validate(parser);
            if (result.isCompliant()) {
                return "passed\t";
            }
            TreeMap<String, String> broken = new TreeMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                    broken.putIfAbsent(rule, assertion.getMessage().replaceAll("\\s+", " "));
                }
            }
            return "failed\t" + broken;
        } catch (Exception problem) {
            return "failed\t" + problem.toString().replaceAll("\\s+", " ");
        }
    }
}
