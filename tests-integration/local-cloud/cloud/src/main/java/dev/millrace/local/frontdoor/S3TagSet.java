package dev.millrace.local.frontdoor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// The tags of one object, in the XML in which S3 takes and gives them. Limits: Amazon S3 user guide, "Categorizing your
/// objects using tags".
///
/// @param tags in the order in which they came
record S3TagSet(Map<String, String> tags) {
    static final S3TagSet EMPTY = new S3TagSet(Map.of());
    private static final int TAGS_MAX = 10;
    private static final int KEY_MAX = 128;
    private static final int VALUE_MAX = 256;

    S3TagSet {
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    }

    /// @throws CallRefused with S3's code if it is no tag set, or one that S3 does not take
    static S3TagSet parse(byte[] xml) throws CallRefused {
        NodeList elements = root(xml).getElementsByTagNameNS("*", "Tag");
        if (elements.getLength() > TAGS_MAX) {
            throw S3ObjectTags.refused(400, "BadRequest", "Object tags cannot be greater than %d, came %d".formatted(TAGS_MAX, elements.getLength()));
        }
        Map<String, String> tags = new LinkedHashMap<>();
        for (int i = 0; i < elements.getLength(); i++) {
            var tag = (Element) elements.item(i);
            String key = text(tag, "Key");
            String value = text(tag, "Value");
            if (key.isEmpty() || key.length() > KEY_MAX) {
                throw S3ObjectTags.refused(400, "InvalidTag", "The TagKey you have provided is invalid: expected 1 to %d characters, came %d".formatted(KEY_MAX, key.length()));
            }
            if (value.length() > VALUE_MAX) {
                throw S3ObjectTags.refused(400, "InvalidTag", "The TagValue you have provided is invalid: expected %d characters at most, came %d"
                        .formatted(VALUE_MAX, value.length()));
            }
            if (tags.put(key, value) != null) {
                throw S3ObjectTags.refused(400, "InvalidTag", "Cannot provide multiple Tags with the same key: " + key);
            }
        }
        return new S3TagSet(tags);
    }

    byte[] xml() {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet>");
        tags.forEach((key, value) -> text.append("<Tag><Key>").append(escaped(key)).append("</Key><Value>").append(escaped(value)).append("</Value></Tag>"));
        return text.append("</TagSet></Tagging>").toString().getBytes(UTF_8);
    }

    private static Element root(byte[] xml) throws CallRefused {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newNSInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            // no entity of a request is looked up anywhere
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            // else each error is printed as well
            builder.setErrorHandler(null);
            Element root = builder.parse(new ByteArrayInputStream(xml)).getDocumentElement();
            if (root.getLocalName().equals("Tagging") && root.getElementsByTagNameNS("*", "TagSet").getLength() == 1) {
                return root;
            }
            throw malformed("expected Tagging with one TagSet, came " + root.getLocalName());
        } catch (SAXException e) {
            throw malformed(e.getMessage());
        } catch (IOException | ParserConfigurationException e) {
            throw new IllegalStateException("no XML can be read: " + e.getMessage(), e);
        }
    }

    private static String text(Element tag, String name) throws CallRefused {
        NodeList children = tag.getElementsByTagNameNS("*", name);
        if (children.getLength() != 1) {
            throw malformed("a Tag with %d of %s".formatted(children.getLength(), name));
        }
        return children.item(0).getTextContent();
    }

    private static CallRefused malformed(String why) {
        return S3ObjectTags.refused(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: " + why);
    }

    /// A line break as such would come back as a blank or another one.
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;");
    }
}
