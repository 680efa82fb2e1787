"""Opens collections of a server as QGIS does, and prints what it sees as JSON.

Usage: readwithqgis.py LANDING COLLECTION...
"""
import json
import os
import sys

from qgis.core import QgsApplication, QgsFeatureRequest, QgsVectorLayer, QgsWkbTypes

app = QgsApplication([], False)
app.initQgis()
seen = {}
for name in sys.argv[2:]:
    layer = QgsVectorLayer("url='%s' typename='%s'" % (sys.argv[1], name), name, "OAPIF")
    if not layer.isValid():
        seen[name] = {"valid": False, "error": layer.error().summary() or layer.dataProvider().error().summary()}
        continue
    read, ids, box = 0, set(), None
    for feature in layer.getFeatures(QgsFeatureRequest()):
        read += 1
        ids.add(feature["id"])
        bound = feature.geometry().boundingBox()
        if box is None:
            box = bound
        else:
            box.combineExtentWith(bound)
    seen[name] = {
        "valid": True,
        "count": layer.featureCount(),
        "read": read,
        "ids": len(ids),
        "crs": layer.crs().authid(),
        "geometry": QgsWkbTypes.displayString(layer.wkbType()),
        "fields": {field.name(): field.typeName() for field in layer.fields()},
        "extent": [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()] if box else None,
    }
print(json.dumps(seen))
sys.stdout.flush()
os._exit(0)  # tearing QGIS down without a screen is not what is tested, and may crash
